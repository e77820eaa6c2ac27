import type { DataOf, Emission, PaymentAuthorized, PaymentInitiated, PaymentRefundRequested } from '@murmuration/contracts'

let made = 0
/** A fresh id, the same in every run. */
export const nextId = () => `019a9d3e-8f60-7d18-a2c4-${(++made).toString(16).padStart(12, '0')}`
export const userId = nextId()
export const amount = { amount: 5000, currency: 'EUR' } as const

export const authorized = (more: Partial<DataOf<typeof PaymentAuthorized>> = {}): DataOf<typeof PaymentAuthorized> => ({
  orderId: nextId(),
  paymentId: nextId(),
  userId,
  amount,
  method: 'credit_card',
  source: 'channel',
  degraded: false,
  ...more,
})

/** How `payment` began. */
export const initiated = (
  { degraded: _, ...payment }: DataOf<typeof PaymentAuthorized>,
  more: Partial<DataOf<typeof PaymentInitiated>> = {},
): DataOf<typeof PaymentInitiated> => ({ ...payment, country: 'DE', ...more })

/** A refund of what `payment` was charged. */
export const refundOf = (
  { orderId, paymentId, amount: whole, method }: DataOf<typeof PaymentAuthorized>,
  more: Partial<DataOf<typeof PaymentRefundRequested>> = {},
): DataOf<typeof PaymentRefundRequested> => ({
  orderId,
  paymentId,
  refundId: nextId(),
  userId,
  amount: whole,
  method,
  providerReference: 'ch_1',
  cause: 'by_customer',
  attempt: 1,
  ...more,
})

export const typesOf = (events: readonly (Emission | { type: string })[] | undefined) =>
  (events ?? []).map((event) => ('event' in event ? event.event.type : event.type))
