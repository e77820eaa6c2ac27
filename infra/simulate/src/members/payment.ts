import { type Captured, type Payment, type Refund, refundable, transitions } from '@murmuration/payment/domain/payment'
import { payments } from '@murmuration/payment/store/tables'
import { subscriptionsWith } from '@murmuration/payment/subscriptions'
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
  definition: ({ refundRetriesMs }) => subscriptionsWith(refundRetriesMs),
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
      yield* changedRefunds(what, before, after)
      const taken = after.status === 'success' || after.status === 'refunded' ? after.amount : 0
      if (after.refundedAmount > taken) yield `${what} has refunded ${after.refundedAmount} of ${taken} captured`
      if (taken > 0 && refundable(after as Captured) < 0) yield `${what} promises to refund more than the ${taken} captured`
    }
  },
}

const refunds = machineOf({ pending: ['refunded', 'declined', 'failed'] })

/** A refund keeps its amount and its reason, and is tried again once. */
function* changedRefunds(what: string, before: Payment | undefined, after: Payment): Iterable<string> {
  const now = new Map(after.refunds.map((refund) => [refund.refundId, refund]))
  for (const refund of before?.refunds ?? []) {
    const name = `the refund ${refund.refundId} of ${what}`
    const next = now.get(refund.refundId)
    if (next === undefined) {
      yield `${name} is gone`
      continue
    }
    const wrong = offTheTable(refunds, name, refund.status, next.status)
    if (wrong !== undefined) yield wrong
    yield* changedForGood<Refund>(name, refund, next, [
      'amount',
      'cause',
      'returnId',
      ...(refund.retriedBy === undefined ? [] : (['retriedBy'] as const)),
    ])
  }
}
