import { service } from '@murmuration/choreography'
import { changeStatus } from './commands/change-status.ts'
import { registerUser } from './commands/register-user.ts'
import { restateUser } from './commands/restate-user.ts'
import { identities, users } from './store/tables.ts'

export const subscriptions = service({
  name: 'user',
  // Renaming one loses or re-consumes messages.
  topic: 'user.events',
  group: 'user',
  tables: [identities, users],
  reactions: [],
  commands: [registerUser, changeStatus, restateUser],
})
