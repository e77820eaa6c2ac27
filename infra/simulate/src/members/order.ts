import { type Order, transitions } from '@murmuration/order/domain/order'
import { type Return, transitions as returnTransitions } from '@murmuration/order/domain/return'
import { orders } from '@murmuration/order/store/tables'
import { subscriptions } from '@murmuration/order/subscriptions'
import type { Member } from '../member.ts'
import { changedForGood, machineOf, offTheTable, stepsBy } from '../watch/machine.ts'

const machine = machineOf(stepsBy(transitions, { cancel: 'cancelled', pay: 'paid', commit: 'confirmed', fail: 'failed' }))
const returns = machineOf({ ...stepsBy(returnTransitions, { approve: 'approved', reject: 'rejected' }), approved: ['completed'] })
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
      yield* changedReturns(`order ${key}`, before, after)
      if (status !== after.status) yield `order ${key} is ${after.status}, and its history ends in ${status}`
    }
  },
}

/** A return keeps what it is of, and no more comes back of a product than was ordered. */
function* changedReturns(what: string, before: Order | undefined, after: Order): Iterable<string> {
  const known = new Map(before?.returns.map((each) => [each.returnId, each]))
  for (const each of after.returns) {
    const name = `the return ${each.returnId} of ${what}`
    const was = known.get(each.returnId)
    const wrong = offTheTable(returns, name, was?.status, each.status)
    if (wrong !== undefined) yield wrong
    yield* changedForGood<Return>(name, was, each, ['amount', 'reason'])
  }
  const left = new Map<string, number>()
  const count = (productId: string, quantity: number) => left.set(productId, (left.get(productId) ?? 0) + quantity)
  for (const { productId, quantity } of after.items) count(productId, quantity)
  for (const { lines } of after.returns.filter(({ status }) => status !== 'rejected'))
    for (const { productId, quantity } of lines) count(productId, -quantity)
  for (const [productId, quantity] of left) if (quantity < 0) yield `more of ${productId} is returned of ${what} than was ordered`
}
