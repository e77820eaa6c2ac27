import { command } from '@murmuration/choreography'
import { UserStatusChanged } from '@murmuration/contracts'
import { changeStatus as decide, type StatusChange } from '../domain/user.ts'
import { users } from '../store/tables.ts'

export const changeStatus = command<StatusChange>()('ChangeUserStatus', {
  emits: [UserStatusChanged],
  span: 'user.change_status',
  saga: ({ userId }) => userId,
  reads: ({ userId }) => ({ user: users.one(userId) }),
  decide: (input, rows, facts) => decide(input, rows, facts),
})
