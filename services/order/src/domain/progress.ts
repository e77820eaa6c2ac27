import {
  type DataOf,
  type Decision,
  type EmissionOf,
  type Ignored,
  ignore,
  OrderConfirmed,
  OrderPaid,
  type PaymentCaptured,
  RuleViolation,
  type StockCommitted,
} from '@murmuration/contracts'
import { late, sameMoney, samePieces } from './facts.ts'
import { move, type Order, totalOf, transitions } from './order.ts'
import { sourced } from './sources.ts'

type Progress = Decision<{ order: Order }, EmissionOf<typeof OrderPaid | typeof OrderConfirmed>, never, undefined> | Ignored

/** The money is in: the order is paid, and confirmed at once when its stock was committed before. */
export function paymentCaptured(order: Order, fact: DataOf<typeof PaymentCaptured>, now: Date): Progress {
  sameMoney(order, fact)
  const { orderId, userId } = order
  const { paymentId } = fact
  const paidAt = now.toISOString()
  const transition = transitions.PaymentCaptured[order.status]
  switch (transition) {
    case 'pay': {
      const paid = move(order, { status: 'paid', reason: null, paymentId }, paidAt)
      const event = OrderPaid({ orderId, userId, paymentId, total: totalOf(order), paidAt })
      if (!order.stockCommitted) return { rows: { order: paid }, events: [event] }
      const done = confirm(paid, paymentId, paidAt)
      return { rows: { order: done.order }, events: [event, done.event] }
    }
    case 'repeated':
      if (order.paymentId !== paymentId) throw new RuleViolation('forged_payment', 'the order was paid by another payment')
      return ignore('the order was paid before')
    // Payment refunds when it sees that the order was cancelled.
    case 'late':
      return late(order)
  }
}

/** The goods are out of the stock: a paid order is confirmed; one whose payment was not seen yet remembers it. */
export function stockCommitted(order: Order, fact: DataOf<typeof StockCommitted>, now: Date): Progress {
  samePieces(order, fact.lines)
  const transition = transitions.StockCommitted[order.status]
  switch (transition) {
    case 'commit': {
      if (order.stockCommitted) return ignore('the stock was committed before')
      const known = { ...order, stockCommitted: true, items: sourced(order.items, fact.lines) }
      if (known.status !== 'paid') return { rows: { order: known } }
      const done = confirm(known, known.paymentId, now.toISOString())
      return { rows: { order: done.order }, events: [done.event] }
    }
    case 'repeated':
      return ignore('the stock was committed before')
    // Inventory restocks when it sees that the order was cancelled.
    case 'late':
      return late(order)
  }
}

function confirm(order: Order, paymentId: string, confirmedAt: string) {
  const { orderId, userId } = order
  return {
    order: move(order, { status: 'confirmed', reason: null, paymentId }, confirmedAt),
    event: OrderConfirmed({ orderId, userId, total: totalOf(order), confirmedAt }),
  }
}
