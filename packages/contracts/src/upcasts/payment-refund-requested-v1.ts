import type { PaymentRefundRequestedData } from '../generated/events.ts'
import { upcast } from '../upcast.ts'

/** Refunds were tried once, and nobody but customers and cancelled orders asked for them. */
export const paymentRefundRequestedV1 = upcast<Omit<PaymentRefundRequestedData, 'attempt'>, PaymentRefundRequestedData>(
  'PaymentRefundRequested',
  1,
  (data) => ({ ...data, attempt: 1 }),
)
