import type { Decision, Ignored, NotYet } from '@murmuration/contracts'
import { RuleViolation } from '@murmuration/contracts'
import { riskCleared } from '../src/domain/authorisation.ts'
import { orderCancelled } from '../src/domain/cancellation.ts'
import { orderPlaced, stockReserved } from '../src/domain/initiation.ts'
import type { Payment } from '../src/domain/payment.ts'
import { requestRefund } from '../src/domain/refund.ts'
import { channelRefunded } from '../src/domain/refund-outcome.ts'
import { channelCaptured, channelDeclined } from '../src/domain/settlement.ts'
import { admin, facts, orderId, placed, refundId, said } from './examples.ts'

export type Decided = Decision<{ payment: Payment }> | Ignored | NotYet

/** The payment that a decision leaves. */
export function after(decided: Decided): Payment {
  const payment = 'rows' in decided ? decided.rows?.payment : undefined
  if (payment === undefined) throw new Error(`nothing changed: ${JSON.stringify(decided)}`)
  return payment
}

/** What a decision comes to: ignored, too early, the refusal's code, or the new status and the events. */
export function outcome(decide: () => Decided): string {
  try {
    const decided = decide()
    if ('ignored' in decided) return 'ignored'
    if ('notYet' in decided) return 'early'
    const armed = (decided.arm ?? []).map(({ timer }) => timer)
    return [decided.rows?.payment.status ?? 'unchanged', ...(decided.events ?? []).map(({ event }) => event.type), ...armed].join(' ')
  } catch (error) {
    return error instanceof RuleViolation ? error.code : String(error)
  }
}

const { now } = facts()
const afterStock = after(stockReserved(undefined, orderId, facts()))
export const theirs = said(afterStock.paymentId)
const risk = after(orderPlaced(afterStock, placed(), facts()))
const processing = after(riskCleared(risk, theirs.cleared, now))
const success = after(channelCaptured(processing, theirs.captured, facts()))
const refunding = after(requestRefund(success, { orderId, refundId, userId: admin, admin: true }, now))

/** A payment in each phase, made by the rules themselves. All have the same payment id. */
export const given = {
  order: afterStock,
  stock: after(orderPlaced(undefined, placed(), facts())),
  risk,
  processing,
  success,
  /** A refund of all is under way. */
  refunding,
  refunded: after(channelRefunded(refunding, theirs.refunded(), facts())),
  failed: after(channelDeclined(processing, theirs.declined, facts())),
  /** Failed before it was authorised. */
  cancelled: after(orderCancelled(risk, theirs.cancelled(), facts())),
  /** Authorised, and cancelled while the capture is in flight. */
  cancelledInFlight: after(orderCancelled(processing, theirs.cancelled(), facts())),
} satisfies Record<string, Payment>
