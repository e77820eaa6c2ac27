import { command } from '@murmuration/choreography'
import { ChannelCaptured, ChannelDeclined } from '@murmuration/contracts'
import { settle } from '../domain/capture.ts'
import { agree, type Outcome } from '../domain/settlement.ts'
import { captures } from '../store/tables.ts'

/** A webhook about a charge. `orderId` is the capture's own, looked up beforehand. */
export interface ToldOfCapture {
  readonly paymentId: string
  readonly orderId: string
  readonly amount: number
  readonly currency: string
  /** Where it is told. */
  readonly method?: string | undefined
  readonly outcome: Outcome
}

/** Settles what is still pending; replies whether it did. @throws RuleViolation `contradiction` */
export const toldOfCapture = command<ToldOfCapture>()('ToldOfCapture', {
  emits: [ChannelCaptured, ChannelDeclined],
  saga: ({ orderId }) => orderId,
  reads: ({ paymentId }) => ({ capture: captures.one(paymentId) }),
  decide({ orderId, amount, currency, method, outcome }, { capture }) {
    agree({ orderId, amount, currency, method }, capture)
    const decided = settle(capture, outcome, 'webhook')
    return 'ignored' in decided ? { reply: 'duplicate' as const } : { ...decided, reply: 'settled' as const }
  },
})
