import type { AnomalyName } from '../anomaly.ts'
import type { PublishedEvent } from '../published-event.ts'
import type { PaymentRow, ReservationRow, ReturnOfOrder } from '../rows.ts'
import type { Saga } from '../sagas.ts'
import type { Rule } from './rule.ts'

/** What each state of a reservation has told. */
const told: Readonly<Record<ReservationRow['status'], readonly string[]>> = {
  rejected: ['StockRejected'],
  held: ['StockReserved'],
  committed: ['StockReserved', 'StockCommitted'],
  released: ['StockReserved', 'StockReleased'],
  expired: ['StockReserved', 'StockReservationExpired'],
  restocked: ['StockReserved', 'StockCommitted', 'StockRestocked'],
}

/** A failed payment's row does not say how far it had come. */
const optional = new Set(['PaymentInitiated', 'PaymentAuthorized'])

/** Every fact that a row of an order's saga records is in its topic, under one id, and no other is. */
export const recorded: Rule = function* ({ injected, map }, { sagas }) {
  const types = new Set(map.events.flatMap(({ type, sagaField }) => (sagaField === 'orderId' ? [type] : [])))
  for (const saga of sagas.values()) {
    if (saga.foreign) continue
    const facts = new Set(factsOf(saga))
    const own = new Map<string, number>()
    const published = new Set<string>()
    for (const event of saga.events) {
      if (!types.has(event.type)) continue
      const fact = factOf(event)
      published.add(fact)
      if (!injected.has(event.id)) own.set(fact, (own.get(fact) ?? 0) + 1)
    }
    for (const fact of facts) if (!published.has(fact)) yield found('lost', saga, fact, 'was recorded, but is not in its topic')
    for (const [fact, times] of own) {
      if (times > 1) yield found('duplicated_effect', saga, fact, `happened ${times} times`)
      if (!facts.has(fact) && !optional.has(fact))
        yield found('unexplained_difference', saga, fact, 'is in its topic, but no row records it')
    }
  }
}

const found = (name: AnomalyName, { sagaId }: Saga, fact: string, what: string) => ({ name, sagaId, detail: `${fact} ${what}` })

/** `type`, or `type subject` where a saga may have several. */
const factOf = ({ type, subject }: PublishedEvent): string => (subject === undefined ? type : `${type} ${subject}`)

function* factsOf({ order, reservation, payment, assessments, captures, refunds, notifications }: Saga): Iterable<string> {
  if (order !== undefined) {
    yield 'OrderPlaced'
    if (order.paymentId !== null) yield 'OrderPaid'
    if (order.status === 'confirmed') yield 'OrderConfirmed'
    if (order.status === 'cancelled') yield 'OrderCancelled'
    if (order.status === 'failed') yield 'OrderFailed'
    for (const each of order.returns) yield* factsOfReturn(each)
  }
  if (reservation !== undefined) {
    yield* told[reservation.status]
    for (const { returnId } of reservation.returns) yield `StockReturned ${returnId}`
  }
  if (payment !== undefined) yield* factsOfPayment(payment)
  for (const { level } of assessments) yield level === 'high' ? 'PaymentRiskRejected' : 'PaymentRiskCleared'
  for (const { status } of captures) {
    if (status === 'captured') yield 'ChannelCaptured'
    if (status === 'declined') yield 'ChannelDeclined'
  }
  for (const { refundId, status } of refunds) {
    if (status === 'refunded') yield `ChannelRefunded ${refundId}`
    if (status === 'declined') yield `ChannelRefundDeclined ${refundId}`
  }
  for (const { notificationId, status } of notifications) {
    if (status === 'sent') yield `NotificationSent ${notificationId}`
    if (status === 'failed') yield `NotificationFailed ${notificationId}`
  }
}

function* factsOfPayment({ status, refunds }: PaymentRow): Iterable<string> {
  if (status === 'processing' || status === 'success' || status === 'refunded') yield* ['PaymentInitiated', 'PaymentAuthorized']
  if (status === 'success' || status === 'refunded') yield 'PaymentCaptured'
  if (status === 'failed') yield 'PaymentFailed'
  for (const refund of refunds) {
    if (refund.status === 'none') yield `ReturnAlreadyRefunded ${refund.returnId}`
    else yield `PaymentRefundRequested ${refund.refundId}`
    if (refund.status === 'refunded') yield `PaymentRefunded ${refund.refundId}`
    if (refund.status === 'failed') yield `PaymentRefundFailed ${refund.refundId}`
  }
}

function* factsOfReturn({ returnId, status }: ReturnOfOrder): Iterable<string> {
  yield `ReturnRequested ${returnId}`
  if (status === 'approved' || status === 'completed') yield `ReturnApproved ${returnId}`
  if (status === 'rejected') yield `ReturnRejected ${returnId}`
  if (status === 'completed') yield `ReturnCompleted ${returnId}`
}
