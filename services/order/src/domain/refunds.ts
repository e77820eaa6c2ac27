import {
  type DataOf,
  type Decision,
  type EmissionOf,
  type Ignored,
  ignore,
  type NotYet,
  notYet,
  type PaymentRefunded,
  type PaymentRefundFailed,
  type PaymentRefundRequested,
  type ReturnAlreadyRefunded,
  ReturnCompleted,
  RuleViolation,
  type StockReturned,
} from '@murmuration/contracts'
import type { Order } from './order.ts'
import { type Refund, type Return, refundOf, transitions } from './return.ts'
import { changed } from './return-request.ts'

type Remembered = Decision<{ order: Order }, never, never, undefined>
type Settled = Decision<{ order: Order }, EmissionOf<typeof ReturnCompleted>, never, undefined>

/** Money of the order's payment is on its way back: shown on the order. */
export function refundRequested(order: Order, fact: DataOf<typeof PaymentRefundRequested>, now: Date): Remembered | Ignored | NotYet {
  ofPayment(order, fact)
  const { refundId, amount, cause, returnId, retryOf } = fact
  if (order.refunds.some((known) => known.refundId === refundId)) return ignore('repeated: the refund is known')
  if (amount.currency !== order.currency || amount.amount > order.amount)
    throw new RuleViolation('forged_amount', 'the refund is of more than the order has cost')
  if (returnId !== undefined) decided(order, returnId, 'PaymentRefundRequested')
  if (retryOf !== undefined && !order.refunds.some((known) => known.refundId === retryOf))
    return notYet('the refund that is tried again is not known')
  const refunds = order.refunds.map((known): Refund => (known.refundId === retryOf ? { ...known, status: 'retried' } : known))
  const refund: Refund = { refundId, status: 'pending', amount: amount.amount, cause, ...(returnId === undefined ? {} : { returnId }) }
  return { rows: { order: { ...order, refunds: [...refunds, refund], updatedAt: now.toISOString() } } }
}

/** The money is back. If that was the last that a return has waited for, it is completed. */
export function refunded(order: Order, fact: DataOf<typeof PaymentRefunded>, now: Date): Settled | Ignored | NotYet {
  const refund = known(order, fact)
  if (refund === undefined) return notYet('the refund is not known')
  if (refund.status === 'refunded') return ignore('repeated: the refund was made before')
  const after = withRefund(order, { ...refund, status: 'refunded' }, now)
  if (refund.returnId === undefined) return { rows: { order: after } }
  return settle(after, decided(after, refund.returnId, 'PaymentRefunded'), now)
}

/** The provider has declined it each time: the order shows it, and a person has to look. */
export function refundFailed(order: Order, fact: DataOf<typeof PaymentRefundFailed>, now: Date): Remembered | Ignored | NotYet {
  const refund = known(order, fact)
  if (refund === undefined) return notYet('the refund is not known')
  if (refund.status !== 'pending') return ignore(`late: the refund is ${refund.status}`)
  return { rows: { order: withRefund(order, { ...refund, status: 'failed', detail: fact.detail }, now) } }
}

/** Nothing is left to refund for a return. */
export function nothingToRefund(order: Order, fact: DataOf<typeof ReturnAlreadyRefunded>, now: Date): Settled | Ignored {
  ofPayment(order, fact)
  const { returnId } = fact
  if (order.returns.some((each) => each.returnId === returnId && each.alreadyRefunded === true))
    return ignore('repeated: that nothing was left is known')
  const wanted = decided(order, returnId, 'ReturnAlreadyRefunded')
  if (refundOf(order, returnId) !== undefined) throw new RuleViolation('contradiction', 'the return is refunded, or is about to be')
  return settle(order, { ...wanted, alreadyRefunded: true }, now)
}

/** The goods of a return are back. */
export function stockReturned(order: Order, fact: DataOf<typeof StockReturned>, now: Date): Settled | Ignored {
  const wanted = decided(order, fact.returnId, 'StockReturned')
  const pieces = (lines: readonly { readonly quantity: number }[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0)
  if (pieces(fact.lines) !== pieces(wanted.lines) || fact.lines.some(({ sku }) => !wanted.lines.some((line) => line.sku === sku)))
    throw new RuleViolation('forged_stock', 'the event names other goods than the return')
  if (wanted.restocked === true) return ignore('repeated: the goods are back')
  return settle(order, { ...wanted, restocked: true }, now)
}

function settle(order: Order, wanted: Return, now: Date): Settled {
  const { orderId, userId, currency } = order
  const { returnId, alreadyRefunded } = wanted
  const completedAt = now.toISOString()
  const refund = refundOf(order, returnId)
  if (wanted.restocked !== true || (alreadyRefunded !== true && refund?.status !== 'refunded'))
    return { rows: { order: changed(order, wanted, completedAt) } }
  const back = { amount: alreadyRefunded === true ? 0 : (refund?.amount ?? 0), currency }
  return {
    rows: { order: changed(order, { ...wanted, status: 'completed', completedAt }, completedAt) },
    events: [ReturnCompleted({ orderId, returnId, userId, refunded: back, completedAt })],
  }
}

/** The return that a fact is about, which was agreed to here: nobody acts on one that was not. */
function decided({ returns }: Order, returnId: string, fact: Exclude<keyof typeof transitions, `${string}Return`>): Return {
  const wanted = returns.find((each) => each.returnId === returnId)
  if (wanted === undefined) throw new RuleViolation('unknown_return', `${fact} is about a return that nobody asked for`)
  if (transitions[fact][wanted.status] === 'contradicts')
    throw new RuleViolation('contradiction', `${fact} contradicts that the return is ${wanted.status}`)
  return wanted
}

function ofPayment(order: Order, { userId, paymentId }: { readonly userId: string; readonly paymentId: string }): void {
  if (userId !== order.userId) throw new RuleViolation('forged_user', 'the event names another user than the order')
  // An order that ended early has not heard which payment it was.
  if (order.paymentId !== null && order.paymentId !== paymentId)
    throw new RuleViolation('forged_payment', 'the event names another payment than the order has')
}

function known(order: Order, fact: DataOf<typeof PaymentRefunded | typeof PaymentRefundFailed>): Refund | undefined {
  ofPayment(order, fact)
  const refund = order.refunds.find(({ refundId }) => refundId === fact.refundId)
  if (refund !== undefined && (refund.amount !== fact.amount.amount || order.currency !== fact.amount.currency))
    throw new RuleViolation('forged_amount', 'the event names another amount than the refund')
  return refund
}

const withRefund = (order: Order, refund: Refund, now: Date): Order => ({
  ...order,
  refunds: order.refunds.map((each) => (each.refundId === refund.refundId ? refund : each)),
  updatedAt: now.toISOString(),
})
