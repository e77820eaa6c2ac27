import { command } from '@murmuration/choreography'
import { ChannelCaptured, ChannelRefundDeclined, ChannelRefunded } from '@murmuration/contracts'
import { settleRefund } from '../domain/refund.ts'
import { agree, type Outcome } from '../domain/settlement.ts'
import { captures, refunds } from '../store/tables.ts'

/** A webhook about a refund. The payment and the order are the refund's own, looked up beforehand. */
export interface ToldOfRefund {
  readonly refundId: string
  readonly paymentId: string
  readonly orderId: string
  readonly amount: number
  readonly currency: string
  /** Where they are told. */
  readonly method?: string | undefined
  readonly chargeId?: string | undefined
  readonly outcome: Outcome
}

/** Settles what is still pending; replies whether it did. @throws RuleViolation `contradiction` */
export const toldOfRefund = command<ToldOfRefund>()('ToldOfRefund', {
  emits: [ChannelRefunded, ChannelRefundDeclined],
  undoes: [ChannelCaptured],
  saga: ({ orderId }) => orderId,
  reads: ({ refundId, paymentId }) => ({ refund: refunds.one(refundId), capture: captures.one(paymentId) }),
  decide({ orderId, paymentId, amount, currency, method, chargeId: chargeReference, outcome }, rows) {
    agree({ orderId, paymentId, amount, currency, chargeReference }, rows.refund)
    agree({ method }, rows.capture)
    const decided = settleRefund(rows, outcome, 'webhook')
    return 'ignored' in decided ? { reply: 'duplicate' as const } : { ...decided, reply: 'settled' as const }
  },
})
