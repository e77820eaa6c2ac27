import { type Order, transitions } from '@murmuration/order/domain/order'
import { orders } from '@murmuration/order/store/tables'
import { subscriptions } from '@murmuration/order/subscriptions'
import type { Member } from '../member.ts'
import { changedForGood, machineOf, offTheTable, stepsBy } from '../watch/machine.ts'

const machine = machineOf(stepsBy(transitions, { cancel: 'cancelled', pay: 'paid', commit: 'confirmed', fail: 'failed' }))
const forGood: readonly (keyof Order)[] = ['userId', 'amount', 'currency', 'method', 'source', 'placedAt']

export const order: Member = {
  definition: () => subscriptions,
  *watch(changes) {
    for (const { key, before, after } of changes.of(orders)) {
      yield* changedForGood(`order ${key}`, before, after, forGood)
      let status = before?.status
      for (const entry of after.history.slice(before?.history.length ?? 0)) {
        const wrong = offTheTable(machine, `order ${key}`, status, entry.status)
        if (wrong !== undefined) yield wrong
        status = entry.status
      }
      if (status !== after.status) yield `order ${key} is ${after.status}, and its history ends in ${status}`
    }
  },
}
