import type { PaymentMethod } from '@murmuration/contracts'
import type { CaptureRequest } from '../domain/capture.ts'
import type { RefundRequest } from '../domain/refund.ts'

/** A request to the provider. */
export interface Call {
  readonly path: string
  readonly body: { readonly amount: number; readonly reference: string }
}

/** How one family of payment methods is asked for. Each has its own breaker: an outage of one does not stop the others. */
export interface Adapter {
  readonly family: string
  readonly methods: readonly PaymentMethod[]
  charge(request: CaptureRequest): Call
  refund(request: RefundRequest): Call
}

const common: Pick<Adapter, 'charge' | 'refund'> = {
  // The reference is by what statements and webhooks name it.
  charge: ({ paymentId, amount, currency, method }) => ({ path: '/v1/charges', body: { amount, currency, method, reference: paymentId } }),
  refund: ({ refundId, amount, chargeReference }) => ({
    path: '/v1/refunds',
    body: { chargeId: chargeReference, amount, reference: refundId },
  }),
}

export const adapters: readonly Adapter[] = [
  { family: 'card', methods: ['credit_card', 'debit_card', 'decline'], ...common },
  { family: 'paypal', methods: ['paypal'], ...common },
  { family: 'mobile', methods: ['alipay', 'wechat'], ...common },
]
