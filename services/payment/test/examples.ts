import type {
  ChannelCapturedData,
  ChannelDeclinedData,
  ChannelRefundDeclinedData,
  ChannelRefundedData,
  Facts,
  Money,
  OrderCancelledData,
  OrderPlacedData,
  PaymentRiskClearedData,
  ReturnApprovedData,
} from '@murmuration/contracts'

export const ada = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e01'
export const bob = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e02'
export const orderId = '019a9d3e-5f60-7d18-a2c4-9b8e7f6d5c04'
export const refundId = '019a9d3e-7a82-7e3a-9c4f-0a1b2c3d4e06'
export const returnId = '019a9d3e-8b93-7f4b-ad50-1b2c3d4e5f07'
export const admin = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e09'
/** How long to wait before the second and the third attempt at a refund. */
export const RETRIES_MS = [500, 800]
export const otherId = '019a9d3e-7a82-7e3a-9c4f-0a1b2c3d4eff'

export const euros = (amount: number): Money => ({ amount, currency: 'EUR' })

/** Facts with ids that count: …0001, …0002. */
export function facts(): Facts {
  let ids = 0
  return { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => `019a9d3e-0000-7000-8000-${String(++ids).padStart(12, '0')}` }
}

export const placed = (amount = 10970): OrderPlacedData => ({
  orderId,
  userId: ada,
  items: [{ productId: otherId, sku: 'KEYBOARD', name: 'Keyboard', unitPrice: euros(amount), quantity: 1, subtotal: euros(amount) }],
  total: euros(amount),
  payment: { method: 'credit_card', source: 'channel' },
  shippingAddress: { name: 'Ada Lindqvist', line1: 'Torstraße 140', city: 'Berlin', postalCode: '10119', country: 'DE' },
  placedAt: '2026-11-21T09:59:59.000Z',
})

/** What the others say about the payment of that id. */
export const said = (paymentId: string, amount = euros(10970)) => ({
  reserved: { orderId, lines: [{ sku: 'KEYBOARD', warehouse: 'main', quantity: 1 }], expiresAt: '2026-11-21T10:15:00.000Z' },
  cleared: { orderId, paymentId, userId: ada, score: 5, level: 'low', reasons: [] } satisfies PaymentRiskClearedData,
  rejected: { orderId, paymentId, userId: ada, score: 90, level: 'high', reasons: ['blocked_user', 'amount_above_limit'] } as const,
  captured: {
    orderId,
    paymentId,
    amount,
    method: 'credit_card',
    providerReference: 'psp_1',
    capturedAt: '2026-11-21T10:00:01.000Z',
  } satisfies ChannelCapturedData,
  declined: {
    orderId,
    paymentId,
    amount,
    method: 'credit_card',
    code: 'card_declined',
    message: 'The card was declined.',
  } satisfies ChannelDeclinedData,
  cancelled: (reason: OrderCancelledData['reason'] = 'by_customer'): OrderCancelledData => ({
    orderId,
    userId: ada,
    total: amount,
    reason,
    from: 'pending',
    cancelledAt: '2026-11-21T10:00:02.000Z',
  }),
  returned: (back = amount, id = returnId): ReturnApprovedData => ({
    orderId,
    returnId: id,
    userId: ada,
    paymentId,
    lines: [{ productId: otherId, sku: 'KEYBOARD', quantity: 1 }],
    amount: back,
    by: 'administrator',
    approvedBy: admin,
    approvedAt: '2026-11-21T11:00:00.000Z',
  }),
  refunded: (id = refundId, back = amount): ChannelRefundedData => ({
    orderId,
    paymentId,
    refundId: id,
    amount: back,
    providerReference: 'psp_1',
    refundReference: 'ref_1',
  }),
  refundDeclined: (id = refundId, back = amount): ChannelRefundDeclinedData => ({
    orderId,
    paymentId,
    refundId: id,
    amount: back,
    code: 'account_closed',
    message: 'The account is closed.',
  }),
})
