import { command } from '@murmuration/choreography'
import { UserRegistered } from '@murmuration/contracts'
import { registerUser as decide, emailIdentity, type Registration, usernameIdentity } from '../domain/user.ts'
import { identities, users } from '../store/tables.ts'

export const registerUser = command<Registration>()('RegisterUser', {
  emits: [UserRegistered],
  span: 'user.register',
  saga: ({ userId }) => userId,
  reads: ({ userId, email, username }) => ({
    user: users.one(userId),
    email: identities.one(emailIdentity(email)),
    username: identities.one(usernameIdentity(username)),
  }),
  decide: (input, rows, facts) => decide(input, rows, facts),
})
