import {
  type DataOf,
  type Decision,
  type EmissionOf,
  type Facts,
  type Ignored,
  type OrderPlaced,
  PaymentFailed,
  PaymentInitiated,
  RuleViolation,
} from '@murmuration/contracts'
import { addsUp } from '@murmuration/money'
import { amountOf, type Due, type Payment, type Pending } from './payment.ts'
import { failed, failedEvent, otherwise } from './record.ts'

/** How long the risk service may think (requirements.md: risk 1 s). */
export const RISK_DEADLINE_MS = 1_000

type Initiation =
  | Decision<{ payment: Payment }, EmissionOf<typeof PaymentInitiated | typeof PaymentFailed>, 'risk-deadline', undefined>
  | Ignored
type Placed = DataOf<typeof OrderPlaced>

/** The order is here; with its stock reserved the payment begins. @throws RuleViolation `forged_order`, `forged_total` */
export function orderPlaced(payment: Payment | undefined, order: Placed, facts: Facts): Initiation {
  const due = dueOf(order)
  if (payment === undefined) {
    if (!addsUp(order)) throw new RuleViolation('forged_total', 'the prices, subtotals and the total do not add up')
    return { rows: { payment: { ...blank(order.orderId, facts), ...due, waitsFor: 'stock' } } }
  }
  if (payment.waitsFor !== 'order') {
    if (!sameDue(payment, due)) throw new RuleViolation('forged_order', 'the event differs from the order that is being paid')
    return otherwise(payment, 'OrderPlaced')
  }
  if (!addsUp(order)) throw new RuleViolation('forged_total', 'the prices, subtotals and the total do not add up')
  return initiate({ ...payment, ...due, waitsFor: 'stock' }, facts)
}

/** The goods are held; with the order known the payment begins. */
export function stockReserved(payment: Payment | undefined, orderId: string, facts: Facts): Initiation {
  if (payment === undefined) return { rows: { payment: { ...blank(orderId, facts), ...nothingDue, waitsFor: 'order' } } }
  return payment.waitsFor === 'stock' ? initiate(payment, facts) : otherwise(payment, 'StockReserved')
}

function initiate(payment: Pending, facts: Facts): Initiation {
  // Until accounts exist. Refused here and not at the order's arrival, so that there is a reservation for PaymentFailed to release.
  if (payment.source === 'wallet') {
    const refused = failed(payment, 'declined', facts.now, 'wallet is not available')
    return { rows: { payment: refused }, events: [failedEvent(refused)] }
  }
  const { orderId, paymentId, userId, method, source, country } = payment
  const initiated = PaymentInitiated({ orderId, paymentId, userId, amount: amountOf(payment), method, source, country })
  const waiting: Pending = { ...payment, waitsFor: 'risk', updatedAt: facts.now.toISOString() }
  return { rows: { payment: waiting }, events: [initiated], arm: [{ timer: 'risk-deadline', inMs: RISK_DEADLINE_MS }] }
}

const nothingDue = { userId: null, amount: null, currency: null, method: null, source: null, country: null } as const

function blank(orderId: string, { now, newId }: Facts) {
  const at = now.toISOString()
  return {
    orderId,
    paymentId: newId(),
    createdAt: at,
    updatedAt: at,
    orderCancelled: false,
    refunds: [],
    refundedAmount: 0,
    status: 'pending',
    reason: null,
    detail: null,
    providerReference: null,
    capturedAt: null,
  } as const
}

const dueOf = ({ userId, total, payment, shippingAddress: { country } }: Placed): Due => ({ userId, ...total, ...payment, country })

const dueFields = ['userId', 'amount', 'currency', 'method', 'source', 'country'] as const satisfies (keyof Due)[]
const sameDue = (a: Due | typeof nothingDue, b: Due): boolean => dueFields.every((field) => a[field] === b[field])
