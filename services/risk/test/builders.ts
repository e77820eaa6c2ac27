import type { DataOf, PaymentInitiated } from '@murmuration/contracts'

let made = 0
/** A fresh id, the same in every run. */
export const nextId = () => `019a9d3e-9f60-7d18-a2c4-${(++made).toString(16).padStart(12, '0')}`

/** An ordinary payment of a user who is new. */
export const initiated = (more: Partial<DataOf<typeof PaymentInitiated>> = {}): DataOf<typeof PaymentInitiated> => ({
  orderId: nextId(),
  paymentId: nextId(),
  userId: nextId(),
  amount: { amount: 9_900, currency: 'EUR' },
  method: 'credit_card',
  source: 'channel',
  country: 'DE',
  ...more,
})
