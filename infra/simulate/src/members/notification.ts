import { notifications } from '@murmuration/notification/store/tables'
import { subscriptions } from '@murmuration/notification/subscriptions'
import type { Member } from '../member.ts'
import { mailEffects } from '../outside/mailer.ts'
import { changedForGood, machineOf, offTheTable } from '../watch/machine.ts'

const machine = machineOf({ pending: ['sent', 'failed'] })

export const notification: Member = {
  definition: () => subscriptions,
  effects: ({ mailbox, wire }) => mailEffects(mailbox, wire),
  *watch(changes) {
    for (const { key, before, after } of changes.of(notifications)) {
      const wrong = offTheTable(machine, `the notification ${key}`, before?.status, after.status)
      if (wrong !== undefined) yield wrong
      yield* changedForGood(`the notification ${key}`, before, after, ['notificationId', 'orderId', 'userId'])
    }
  },
}
