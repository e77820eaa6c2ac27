import { command } from '@murmuration/choreography'
import { UserRestated } from '@murmuration/contracts'
import { restate } from '../domain/user.ts'
import { users } from '../store/tables.ts'

export const restateUser = command<{ readonly userId: string }>()('RestateUser', {
  emits: [UserRestated],
  span: 'user.restate',
  saga: ({ userId }) => userId,
  reads: ({ userId }) => ({ user: users.one(userId) }),
  decide: (input, rows) => restate(input, rows),
})
