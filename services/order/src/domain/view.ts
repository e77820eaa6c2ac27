import type { Address, Money, PaymentMethod } from '@murmuration/contracts'
import { type HistoryEntry, type Order, type OrderLine, type OrderStatus, totalOf } from './order.ts'
import { type Refund, type ReturnView, returnView } from './return.ts'

type RefundView = Omit<Refund, 'amount'> & { readonly amount: Money }

/** An order as its owner sees it. Times are ISO-8601 UTC. */
export interface OrderView {
  orderId: string
  userId: string
  status: OrderStatus
  reason?: string
  total: Money
  items: readonly OrderLine[]
  shippingAddress: Address
  payment: { method: PaymentMethod; paymentId?: string }
  history: readonly HistoryEntry[]
  returns: readonly ReturnView[]
  refunds: readonly RefundView[]
  placedAt: string
}

export function view(order: Order): OrderView {
  return {
    orderId: order.orderId,
    userId: order.userId,
    status: order.status,
    ...(order.reason === null ? {} : { reason: order.reason }),
    total: totalOf(order),
    items: order.items,
    shippingAddress: order.shippingAddress,
    payment: { method: order.method, ...(order.paymentId === null ? {} : { paymentId: order.paymentId }) },
    history: order.history,
    returns: order.returns.map((each) => returnView(order, each)),
    refunds: order.refunds.map(({ amount, ...refund }) => ({ ...refund, amount: { amount, currency: order.currency } })),
    // An injected order may say it in another form.
    placedAt: new Date(order.placedAt).toISOString(),
  }
}
