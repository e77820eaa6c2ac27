import {
  type DataOf,
  type Decision,
  type EmissionOf,
  type Ignored,
  OrderCancelled,
  OrderFailed,
  type PaymentFailed,
  RuleViolation,
} from '@murmuration/contracts'
import { contradiction, late, sameMoney } from './facts.ts'
import { type CancelReason, move, type Order, totalOf, transitions } from './order.ts'
import { type OrderView, view } from './view.ts'

type Cancelled = Decision<{ order: Order }, EmissionOf<typeof OrderCancelled>, never, undefined>
type Answered<E> = Decision<{ order: Order }, EmissionOf<E>, never, OrderView>

/** The goods are not there, or were held too long. */
export function stockGone(order: Order, fact: 'StockRejected' | 'StockReservationExpired', now: Date): Cancelled | Ignored {
  const transition = transitions[fact][order.status]
  switch (transition) {
    case 'cancel':
      return cancel(order, fact === 'StockRejected' ? 'out_of_stock' : 'expired', now)
    case 'contradicts':
      return contradiction(order, fact)
    case 'late':
      return late(order)
  }
}

export function paymentFailed(order: Order, fact: DataOf<typeof PaymentFailed>, now: Date): Cancelled | Ignored {
  sameMoney(order, fact)
  const transition = transitions.PaymentFailed[order.status]
  switch (transition) {
    case 'cancel':
      return cancel(order, 'payment_failed', now)
    case 'contradicts':
      return contradiction(order, 'PaymentFailed')
    case 'late':
      return late(order)
  }
}

/** @throws RuleViolation `order_not_found` (also for another user's order), `order_not_cancellable` */
export function cancelByCustomer(order: Order | undefined, userId: string, now: Date): Answered<typeof OrderCancelled> {
  if (order === undefined || order.userId !== userId) throw notFound()
  const transition = transitions.CancelOrder[order.status]
  switch (transition) {
    case 'cancel': {
      const decision = cancel(order, 'by_customer', now)
      return { ...decision, reply: view(decision.rows.order) }
    }
    case 'same':
      return { reply: view(order) }
    case 'refused':
      throw new RuleViolation(
        'order_not_cancellable',
        `a ${order.status} order cannot be cancelled${order.status === 'confirmed' ? '; ask for a return of it' : ''}`,
      )
  }
}

/** An operator gives an order up. @throws RuleViolation `order_not_found`, `order_already_ended` */
export function giveUp(order: Order | undefined, reason: string, now: Date): Answered<typeof OrderFailed> {
  if (order === undefined) throw notFound()
  const transition = transitions.FailOrder[order.status]
  switch (transition) {
    case 'fail': {
      const failedAt = now.toISOString()
      const failed = move(order, { status: 'failed', reason, paymentId: order.paymentId }, failedAt)
      const { orderId, userId } = order
      return { rows: { order: failed }, events: [OrderFailed({ orderId, userId, reason, failedAt })], reply: view(failed) }
    }
    case 'same':
      return { reply: view(order) }
    case 'refused':
      throw new RuleViolation('order_already_ended', `the order is ${order.status} already`)
  }
}

const notFound = () => new RuleViolation('order_not_found', 'there is no such order', 404)

function cancel(order: Order, reason: CancelReason, now: Date) {
  // Only these two lead here, by the table of transitions.
  const from = order.status === 'paid' ? 'paid' : 'pending'
  const cancelledAt = now.toISOString()
  const { orderId, userId } = order
  return {
    rows: { order: move(order, { status: 'cancelled', reason, paymentId: order.paymentId }, cancelledAt) },
    events: [OrderCancelled({ orderId, userId, total: totalOf(order), reason, from, cancelledAt })],
  }
}
