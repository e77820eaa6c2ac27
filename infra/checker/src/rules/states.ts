import type { OrderRow, PaymentRow, RefundOfPayment, ReservationRow } from '../rows.ts'
import type { Saga } from '../sagas.ts'
import type { Rule } from './rule.ts'

type Outcome = 'confirmed' | 'failed' | 'out_of_stock' | 'payment_failed' | 'expired' | 'by_customer'

/** Which end of a reservation goes with which end of the order. More than one where two ends race for the order. */
const reservations: Readonly<Record<Outcome, readonly ReservationRow['status'][]>> = {
  confirmed: ['committed'],
  out_of_stock: ['rejected'],
  // Both came at once: the payment's failure reached the order first, the timer the reservation.
  payment_failed: ['released', 'expired'],
  expired: ['expired'],
  by_customer: ['released', 'restocked', 'expired', 'rejected'],
  failed: ['released', 'restocked', 'expired', 'rejected'],
}

/** The final states of one saga's services match. */
export const states: Rule = function* (_evidence, { sagas }) {
  for (const saga of sagas.values()) {
    if (saga.held || saga.foreign) continue
    for (const [service, detail] of mismatches(saga)) yield { name: 'mismatched_states', detail, sagaId: saga.sagaId, service }
  }
}

function* mismatches(saga: Saga): Iterable<readonly [string, string]> {
  const { order, reservation, payment } = saga
  if (order === undefined) {
    const others = [reservation && 'inventory', payment && 'payment', saga.captures.length > 0 && 'channel'].filter(Boolean)
    if (others.length > 0) yield ['order', `no order, but ${others.join(', ')} know of one`]
    return
  }
  const outcome = order.status === 'cancelled' ? order.reason : order.status
  // It has not ended, which is an anomaly of its own.
  if (!isOutcome(outcome)) return
  if (reservation === undefined) yield ['inventory', `the order is ${outcome}, but no reservation is known`]
  else if (reservation.status !== 'held' && !reservations[outcome].includes(reservation.status))
    yield ['inventory', `the order is ${outcome}, but its reservation ${reservation.status}`]
  if (payment === undefined) yield ['payment', `the order is ${outcome}, but no payment is known`]
  else {
    if (!pays(outcome, payment))
      yield ['payment', `the order is ${outcome}, but its payment ${payment.status} (${payment.reason ?? settled(payment)})`]
    if (order.paymentId !== null && order.paymentId !== payment.paymentId)
      yield ['payment', `the order was paid by ${order.paymentId}, not by ${payment.paymentId}`]
    yield* atTheProvider(saga, payment)
    yield* risk(saga, payment)
    yield* refundsShown(order, payment)
  }
  yield* returned(order, reservation, payment)
  for (const { name, row } of [
    { name: 'inventory', row: reservation },
    { name: 'payment', row: payment },
    { name: 'channel', row: saga.captures[0] },
  ])
    if (row !== undefined && row.amount !== null && (row.amount !== order.amount || row.currency !== order.currency))
      yield [name, `${row.amount} ${row.currency}, where the order has ${order.amount} ${order.currency}`]
}

const isOutcome = (outcome: string | null): outcome is Outcome => outcome !== null && Object.hasOwn(reservations, outcome)

function pays(outcome: Outcome, payment: PaymentRow): boolean {
  const { status, reason } = payment
  if (status === 'pending' || status === 'processing') return true
  switch (outcome) {
    case 'confirmed':
      return status === 'success' || status === 'refunded'
    case 'out_of_stock':
      return status === 'failed' && reason === 'order_cancelled'
    case 'payment_failed':
      return status === 'failed' && reason !== 'order_cancelled'
    case 'expired':
    case 'by_customer':
    case 'failed':
      // What was captured went back, unless the provider refused to.
      return status !== 'success' || payment.amount === 0 || payment.refunds.some((refund) => refund.status !== 'refunded')
  }
}

const settled = ({ refundedAmount, amount }: PaymentRow): string => `${refundedAmount} of ${amount} refunded`

function* atTheProvider({ captures, refunds }: Saga, payment: PaymentRow): Iterable<readonly [string, string]> {
  const [capture, ...more] = captures
  if (more.length > 0) yield ['channel', `${captures.length} captures of one payment`]
  const isCaptured = payment.status === 'success' || payment.status === 'refunded'
  if (isCaptured !== (capture?.status === 'captured'))
    yield ['channel', `the payment is ${payment.status}, but its capture ${capture?.status ?? 'unknown'}`]
  // A wallet is declined without a provider being asked.
  if (capture?.status === 'declined' && payment.reason !== 'declined')
    yield ['channel', `the capture was declined, but the payment is ${payment.status} (${payment.reason})`]
  if (capture !== undefined && isCaptured && capture.reference !== payment.providerReference)
    yield ['channel', `charge ${capture.reference} is ${payment.providerReference} for the payment`]
  const known = new Map(refunds.map(({ refundId, status }) => [refundId, status]))
  for (const { refundId, status } of payment.refunds.filter((refund) => refund.status !== 'none'))
    if (known.get(refundId) !== (status === 'failed' ? 'declined' : status))
      yield ['channel', `refund ${refundId} is ${status} for the payment and ${known.get(refundId)} here`]
  for (const { refundId } of refunds)
    if (!payment.refunds.some((refund) => refund.refundId === refundId))
      yield ['payment', `the channel has a refund ${refundId} that is not known`]
}

function* risk({ assessments, events }: Saga, { status, reason }: PaymentRow): Iterable<readonly [string, string]> {
  const [assessment] = assessments
  if (assessments.length > 1) yield ['risk', `one payment was judged ${assessments.length} times`]
  if (reason === 'risk_rejected' && assessment?.level !== 'high')
    yield ['risk', `the payment was rejected, but judged ${assessment?.level ?? 'never'}`]
  // Without the risk's answer (a timer's decision) a low amount goes on, whatever the risk says later.
  const authorised = events.find(({ type }) => type === 'PaymentAuthorized')
  const askedRisk = authorised?.causationId !== undefined
  if ((status === 'success' || status === 'refunded') && askedRisk && assessment?.level === 'high')
    yield ['risk', 'the payment was judged high, but went through']
}

/** What the order shows of a refund, by what the payment knows of it. */
const shownAs = ({ status, retriedBy }: RefundOfPayment) =>
  retriedBy !== undefined ? 'retried' : status === 'declined' ? 'pending' : status

function* refundsShown(order: OrderRow, payment: PaymentRow): Iterable<readonly [string, string]> {
  const shown = new Map(order.refunds.map(({ refundId, status }) => [refundId, status]))
  for (const refund of payment.refunds)
    if (refund.status !== 'none' && shown.get(refund.refundId) !== shownAs(refund))
      yield [
        'order',
        `refund ${refund.refundId} is ${refund.status} for the payment, and the order shows it as ${shown.get(refund.refundId)}`,
      ]
  for (const { refundId } of order.refunds)
    if (!payment.refunds.some((refund) => refund.refundId === refundId))
      yield ['payment', `the order shows a refund ${refundId} that is not known`]
}

/** Goods and money of each return that was agreed to came back once, and of no other. */
function* returned(
  order: OrderRow,
  reservation: ReservationRow | undefined,
  payment: PaymentRow | undefined,
): Iterable<readonly [string, string]> {
  const agreed = new Set(
    order.returns.flatMap(({ returnId, status }) => (status === 'approved' || status === 'completed' ? [returnId] : [])),
  )
  const restocked = (reservation?.returns ?? []).map(({ returnId }) => returnId)
  const refunded = (payment?.refunds ?? []).filter(({ retriedBy }) => retriedBy === undefined)
  for (const returnId of agreed) {
    const goods = restocked.filter((each) => each === returnId).length
    if (goods !== 1) yield ['inventory', `the goods of return ${returnId} came back ${goods} times`]
    const money = refunded.filter((refund) => refund.returnId === returnId)
    if (money.length !== 1) yield ['payment', `return ${returnId} is refunded ${money.length} times`]
  }
  for (const returnId of restocked)
    if (!agreed.has(returnId)) yield ['inventory', `return ${returnId} was not agreed to, and its goods came back`]
  for (const { returnId, refundId } of refunded)
    if (returnId !== undefined && !agreed.has(returnId))
      yield ['payment', `refund ${refundId} is for return ${returnId}, which was not agreed to`]
  for (const { returnId, status, amount } of order.returns) {
    const refund = refunded.find((each) => each.returnId === returnId)
    if (refund !== undefined && refund.amount > amount) yield ['payment', `return ${returnId} of ${amount} is refunded by ${refund.amount}`]
    const money = refund?.status
    if (status === 'completed' && money !== 'refunded' && money !== 'none')
      yield ['order', `return ${returnId} is completed, but its refund ${money ?? 'was never asked for'}`]
  }
  const back = order.returns.reduce((sum, { status, amount }) => (status === 'rejected' ? sum : sum + amount), 0)
  if (back > order.amount) yield ['order', `returns of ${back} of an order of ${order.amount}`]
}
