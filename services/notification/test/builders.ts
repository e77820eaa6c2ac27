import type {
  DataOf,
  OrderCancelled,
  OrderConfirmed,
  OrderFailed,
  PaymentRefunded,
  ReturnApproved,
  ReturnRejected,
  UserRegistered,
} from '@murmuration/contracts'

let made = 0
/** A fresh id, the same in every run. */
export const nextId = () => `019a9d3e-af60-7d18-a2c4-${(++made).toString(16).padStart(12, '0')}`
export const money = { amount: 123_456, currency: 'EUR' } as const
const at = '2026-11-21T10:00:00.000Z'

export const registered = (more: Partial<DataOf<typeof UserRegistered>> = {}): DataOf<typeof UserRegistered> => {
  const userId = nextId()
  return { userId, email: `ada.${made}@example.com`, username: `ada${made}`, fullName: 'Ada Lindqvist', ...more }
}
export const confirmed = (userId: string, orderId = nextId()): DataOf<typeof OrderConfirmed> => ({
  orderId,
  userId,
  total: money,
  confirmedAt: at,
})
export const cancelled = (userId: string, orderId = nextId()): DataOf<typeof OrderCancelled> => ({
  orderId,
  userId,
  total: money,
  reason: 'out_of_stock',
  from: 'pending',
  cancelledAt: at,
})
export const failed = (userId: string, orderId = nextId()): DataOf<typeof OrderFailed> => ({
  orderId,
  userId,
  reason: 'parked too long, gave up',
  failedAt: at,
})
export const refunded = (userId: string, orderId = nextId()): DataOf<typeof PaymentRefunded> => ({
  orderId,
  paymentId: nextId(),
  refundId: nextId(),
  userId,
  amount: money,
  refundedTotal: money,
  full: true,
  refundedAt: at,
})
export const returnApproved = (userId: string, orderId = nextId()): DataOf<typeof ReturnApproved> => ({
  orderId,
  returnId: nextId(),
  userId,
  paymentId: nextId(),
  lines: [{ productId: nextId(), sku: 'KEYBOARD', quantity: 1 }],
  amount: money,
  by: 'rule',
  approvedAt: at,
})
export const returnRejected = (userId: string, orderId = nextId()): DataOf<typeof ReturnRejected> => ({
  orderId,
  returnId: nextId(),
  userId,
  reason: 'The seal is broken.',
  rejectedBy: nextId(),
  rejectedAt: at,
})
