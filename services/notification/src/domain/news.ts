import type {
  DataOf,
  Money,
  OrderCancelled,
  OrderConfirmed,
  OrderFailed,
  PaymentRefunded,
  ReturnApproved,
  ReturnRejected,
} from '@murmuration/contracts'

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

interface Approved extends About {
  readonly template: 'return_approved'
  readonly returnId: string
  readonly amount: Money
}
interface Rejected extends About {
  readonly template: 'return_rejected'
  readonly returnId: string
  /** What the administrator wrote to the customer. */
  readonly reason: string
}

/** What a customer is told of. */
export type News = Confirmed | Cancelled | Refunded | Failed | Approved | Rejected

/** The same for every telling of the same thing: it is told once. */
export function causeOf(news: News): string {
  switch (news.template) {
    case 'payment_refunded':
      return `${news.template}:${news.refundId}`
    case 'return_approved':
    case 'return_rejected':
      return `${news.template}:${news.returnId}`
    default:
      return `${news.template}:${news.orderId}`
  }
}

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
export const returnApproved = ({ orderId, userId, returnId, amount }: DataOf<typeof ReturnApproved>): News => ({
  template: 'return_approved',
  orderId,
  userId,
  returnId,
  amount,
})
export const returnRejected = ({ orderId, userId, returnId, reason }: DataOf<typeof ReturnRejected>): News => ({
  template: 'return_rejected',
  orderId,
  userId,
  returnId,
  reason,
})
/** What the operator wrote is not for the customer. */
export const failed = ({ orderId, userId }: DataOf<typeof OrderFailed>): News => ({ template: 'order_failed', orderId, userId })
