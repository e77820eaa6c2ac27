import { type Captured, type Payment, refundable, transitions } from '@murmuration/payment/domain/payment'
import { payments } from '@murmuration/payment/store/tables'
import { subscriptions } from '@murmuration/payment/subscriptions'
import type { Member } from '../member.ts'
import { changedForGood, machineOf, offTheTable, stepsBy } from '../watch/machine.ts'

const phases = machineOf({
  ...stepsBy(transitions, {
    join: 'stock',
    authorise: 'processing',
    hurry: 'processing',
    fail: 'failed',
    capture: 'success',
    settle: 'refunded',
  }),
  // Stock may be reserved before the order is heard of, and after.
  order: ['risk', 'failed'],
  stock: ['risk', 'failed'],
})
const phaseOf = ({ status, waitsFor }: Payment): string => (status === 'pending' ? waitsFor : status)

export const payment: Member = {
  definition: () => subscriptions,
  *watch(changes) {
    for (const { key, before, after } of changes.of(payments)) {
      const what = `the payment of ${key}`
      const wrong = offTheTable(phases, what, before && phaseOf(before), phaseOf(after))
      if (wrong !== undefined) yield wrong
      yield* changedForGood(what, before, after, ['paymentId'])
      if (before !== undefined && before.userId !== null)
        yield* changedForGood<Payment>(what, before, after, ['userId', 'amount', 'currency', 'method'])
      if (before !== undefined && before.providerReference !== null)
        yield* changedForGood<Payment>(what, before, after, ['providerReference'])
      const taken = after.status === 'success' || after.status === 'refunded' ? after.amount : 0
      if (after.refundedAmount > taken) yield `${what} has refunded ${after.refundedAmount} of ${taken} captured`
      if (taken > 0 && refundable(after as Captured) < 0) yield `${what} promises to refund more than the ${taken} captured`
    }
  },
}
