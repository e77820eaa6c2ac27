import type { DataOf, Money, OrderCancelled, OrderConfirmed, OrderFailed, PaymentRefunded } from '@murmuration/contracts'

interface About {
  readonly orderId: string
  readonly userId: string
}
interface Confirmed extends About {
  readonly template: 'order_confirmed'
  readonly total: Money
}
interface Cancelled extends About {
  readonly template: 'order_cancelled'
  readonly total: Money
  readonly reason: DataOf<typeof OrderCancelled>['reason']
}
interface Refunded extends About {
  readonly template: 'payment_refunded'
  readonly refundId: string
  readonly amount: Money
  readonly full: boolean
}
interface Failed extends About {
  readonly template: 'order_failed'
}

/** What a customer is told of. */
export type News = Confirmed | Cancelled | Refunded | Failed

/** The same for every telling of the same thing: it is told once. */
export const causeOf = (news: News): string => `${news.template}:${news.template === 'payment_refunded' ? news.refundId : news.orderId}`

export const confirmed = ({ orderId, userId, total }: DataOf<typeof OrderConfirmed>): News => ({
  template: 'order_confirmed',
  orderId,
  userId,
  total,
})
export const cancelled = ({ orderId, userId, total, reason }: DataOf<typeof OrderCancelled>): News => ({
  template: 'order_cancelled',
  orderId,
  userId,
  total,
  reason,
})
export const refunded = ({ orderId, userId, refundId, amount, full }: DataOf<typeof PaymentRefunded>): News => ({
  template: 'payment_refunded',
  orderId,
  userId,
  refundId,
  amount,
  full,
})
/** What the operator wrote is not for the customer. */
export const failed = ({ orderId, userId }: DataOf<typeof OrderFailed>): News => ({ template: 'order_failed', orderId, userId })
