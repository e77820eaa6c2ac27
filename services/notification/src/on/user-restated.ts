import { on } from '@murmuration/choreography'
import { UserRestated } from '@murmuration/contracts'
import { enter } from '../domain/recipient.ts'
import { recipients } from '../store/tables.ts'

export const onUserRestated = on(UserRestated, {
  emits: [],
  reads: ({ data }) => ({ recipient: recipients.one(data.userId) }),
  decide: ({ data }, { recipient }) => enter(recipient, data),
})
