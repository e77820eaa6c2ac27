import type { PaymentRow } from '../rows.ts'
import type { Saga } from '../sagas.ts'
import type { Rule } from './rule.ts'

/** When all is quiet every saga has ended, in every service. */
export const stuck: Rule = function* (_evidence, { sagas }) {
  for (const saga of sagas.values()) {
    if (saga.held || saga.foreign) continue
    for (const [service, detail] of waiting(saga)) yield { name: 'stuck_saga', detail, sagaId: saga.sagaId, service }
  }
}

function* waiting({ order, reservation, payment, captures, refunds, notifications }: Saga): Iterable<readonly [string, string]> {
  if (order?.status === 'pending' || order?.status === 'paid') yield ['order', `the order is still ${order.status}`]
  for (const { returnId, status } of order?.returns ?? [])
    if (status === 'approved' && !isBeforeAPerson(payment, returnId))
      yield ['order', `return ${returnId} was agreed to and never completed`]
  if (reservation?.status === 'held') yield ['inventory', 'its stock is still held']
  if (payment?.status === 'pending' || payment?.status === 'processing')
    yield ['payment', `the payment is still ${payment.status} and waits for ${payment.waitsFor}`]
  for (const { refundId, status, retriedBy } of payment?.refunds ?? []) {
    if (status === 'pending') yield ['payment', `refund ${refundId} was never answered`]
    if (status === 'declined' && retriedBy === undefined) yield ['payment', `refund ${refundId} was declined and never tried again`]
  }
  for (const { status } of captures) if (status === 'pending') yield ['channel', 'what became of the charge is not known']
  for (const { refundId, status } of refunds) if (status === 'pending') yield ['channel', `what became of refund ${refundId} is not known`]
  for (const { cause, status } of notifications) if (status === 'pending') yield ['notification', `${cause} was never sent`]
}

/** Its refund was declined each time: it goes on when a person has it tried again. */
const isBeforeAPerson = (payment: PaymentRow | undefined, returnId: string): boolean =>
  payment?.refunds.some((refund) => refund.returnId === returnId && refund.status === 'failed' && refund.retriedBy === undefined) === true
