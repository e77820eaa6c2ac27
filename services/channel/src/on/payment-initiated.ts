import { on } from '@murmuration/choreography'
import { PaymentInitiated } from '@murmuration/contracts'
import { initiate } from '../domain/capture.ts'
import { captures } from '../store/tables.ts'

/** Emits nothing: it only remembers what PaymentAuthorized, which follows it in the same partition, has to agree with. */
export const onPaymentInitiated = on(PaymentInitiated, {
  emits: [],
  reads: ({ data }) => ({ capture: captures.one(data.paymentId) }),
  decide: ({ data }, rows) => initiate(rows.capture, data),
})
