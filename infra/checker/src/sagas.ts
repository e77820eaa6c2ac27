import type { Evidence } from './evidence.ts'
import { heldSagas } from './parking.ts'
import type { PublishedEvent } from './published-event.ts'
import type { AssessmentRow, CaptureRow, NotificationRow, OrderRow, PaymentRow, RefundRow, ReservationRow, StatementLine } from './rows.ts'

/** What all services and topics know of one saga. Rows are lists where several would be a fault that a rule has to see. */
export interface Saga {
  readonly sagaId: string
  readonly order?: OrderRow
  readonly reservation?: ReservationRow
  readonly payment?: PaymentRow
  readonly assessments: readonly AssessmentRow[]
  readonly captures: readonly CaptureRow[]
  readonly refunds: readonly RefundRow[]
  readonly notifications: readonly NotificationRow[]
  /** Lines of the provider's statement about its payment. */
  readonly statement: readonly StatementLine[]
  /** Each event once, where it first lies in its topic. */
  readonly events: readonly PublishedEvent[]
  /** It cannot have gone on: a message of its own waits behind injected poison, or was given up by an operator. */
  readonly held: boolean
  /** Nobody placed its order: somebody outside wrote events of it. */
  readonly foreign: boolean
}
type Building = { -readonly [Key in keyof Saga]: Saga[Key] extends readonly (infer Item)[] ? Item[] : Saga[Key] }

/** The evidence, looked up: by saga id (of orders, and of everything else that has events: users, products, skus) and by event id. */
export interface Known {
  readonly sagas: ReadonlyMap<string, Saga>
  /** Each event where it first lies in its topic. */
  readonly events: ReadonlyMap<string, PublishedEvent>
  /** Copies of an event with another body than its first, which nobody planted. */
  readonly rewritten: readonly PublishedEvent[]
}

export function known(evidence: Evidence): Known {
  const sagas = new Map<string, Building>()
  const of = (sagaId: string): Building => {
    const found = sagas.get(sagaId)
    if (found !== undefined) return found
    const saga: Building = {
      sagaId,
      assessments: [],
      captures: [],
      refunds: [],
      notifications: [],
      statement: [],
      events: [],
      held: false,
      foreign: false,
    }
    sagas.set(sagaId, saga)
    return saga
  }
  for (const order of evidence.orders) of(order.orderId).order = order
  for (const reservation of evidence.reservations) of(reservation.orderId).reservation = reservation
  for (const payment of evidence.payments) of(payment.orderId).payment = payment
  for (const assessment of evidence.assessments) of(assessment.orderId).assessments.push(assessment)
  for (const capture of evidence.captures) of(capture.orderId).captures.push(capture)
  for (const refund of evidence.refunds) of(refund.orderId).refunds.push(refund)
  for (const notification of evidence.notifications) of(notification.orderId).notifications.push(notification)
  const events = new Map<string, PublishedEvent>()
  const rewritten: PublishedEvent[] = []
  for (const event of evidence.events) {
    if (isPlanted(event, evidence)) continue
    // The log delivers at least once; which copy came first is what counts.
    const first = events.get(event.id)
    if (first === undefined) {
      events.set(event.id, event)
      of(event.sagaId).events.push(event)
    } else if (first.digest !== event.digest) rewritten.push(event)
  }
  for (const [line, sagaId] of withSagas(evidence)) if (sagaId !== undefined) of(sagaId).statement.push(line)
  const held = heldSagas(evidence)
  for (const saga of sagas.values()) {
    saga.held = held.has(saga.sagaId)
    saga.foreign = saga.order === undefined && saga.events.some(({ id }) => evidence.injected.has(id))
  }
  return { sagas, events, rewritten }
}

/** The workload wrote it under the id of a genuine event. */
const isPlanted = ({ id, topic, partition, offset }: PublishedEvent, { injected }: Evidence): boolean =>
  injected.size > 0 && !injected.has(id) && injected.has(`${topic}/${partition}/${offset}`)

/** Each line of the provider's statement with the saga whose payment it is about; undefined when nobody knows the payment. */
export function* withSagas({ statement, payments }: Evidence): Iterable<readonly [StatementLine, string | undefined]> {
  const sagaOfPayment = new Map(payments.map(({ paymentId, orderId }) => [paymentId, orderId]))
  const sagaOfCharge = new Map<string, string | undefined>()
  for (const { type, chargeId, reference } of statement) if (type === 'charge') sagaOfCharge.set(chargeId, sagaOfPayment.get(reference))
  for (const line of statement) yield [line, sagaOfCharge.get(line.chargeId)]
}
