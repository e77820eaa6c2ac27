import type { Currency, Money, PaymentFailedData, PaymentMethod, PaymentRefundRequestedData, PaymentSource } from '@murmuration/contracts'

export type FailureReason = PaymentFailedData['reason']
export type RefundCause = PaymentRefundRequestedData['cause']

/**
 * One request for a refund. `declined`: the provider said no, and it is tried again at `retryAt`; `failed`: it said no each time, and a person has
 * to look; `none`: a return for which nothing was left to give back. What tries a refund again is a request of its own (`retriedBy`).
 */
export interface Refund {
  readonly refundId: string
  /** Minor units, in the payment's currency. */
  readonly amount: number
  readonly cause: RefundCause
  readonly status: 'pending' | 'refunded' | 'declined' | 'failed' | 'none'
  /** From 1, since a person asked; absent: 1. */
  readonly attempt?: number
  readonly requestedAt: string
  readonly endedAt?: string
  readonly detail?: string
  /** Of a declined one. */
  readonly retryAt?: string
  readonly retriedBy?: string
  readonly returnId?: string
  /** The administrator who asked for it. */
  readonly requestedBy?: string
}

interface Base {
  readonly orderId: string
  readonly paymentId: string
  /** When the order was first heard of. */
  readonly createdAt: string
  readonly updatedAt: string
  /** The order was cancelled: what is captured, or will be, is owed back. */
  readonly orderCancelled: boolean
  readonly refunds: readonly Refund[]
  readonly refundedAmount: number
}

/** What OrderPlaced says about the payment. */
export interface Due {
  readonly userId: string
  readonly amount: number
  readonly currency: Currency
  readonly method: PaymentMethod
  readonly source: PaymentSource
  readonly country: string
}

interface Unknown {
  readonly userId: null
  readonly amount: null
  readonly currency: null
  readonly method: null
  readonly source: null
  readonly country: null
}

interface Unsettled {
  readonly reason: null
  readonly detail: null
  readonly providerReference: null
  readonly capturedAt: null
}

/** StockReserved came first: nothing is known but the order's id. */
export type Expected = Base & Unknown & Unsettled & { readonly status: 'pending'; readonly waitsFor: 'order' }
/** Waits for StockReserved, then for the risk's answer. */
export type Pending = Base & Due & Unsettled & { readonly status: 'pending'; readonly waitsFor: 'stock' | 'risk' }
/** Authorised: the capture is in flight, and only the channel can end it. `degraded`: the risk was not waited for. */
export type Processing = Base & Due & Unsettled & { readonly status: 'processing'; readonly waitsFor: 'channel' }
export type Captured = Base &
  Due & {
    readonly status: 'success' | 'refunded'
    readonly waitsFor: null
    readonly reason: null
    readonly detail: null
    readonly providerReference: string
    readonly capturedAt: string
  }
export type Failed = Base &
  Due &
  Omit<Unsettled, 'reason' | 'detail'> & {
    readonly status: 'failed'
    readonly waitsFor: null
    readonly reason: FailureReason
    readonly detail: string | null
  }

/** A row of `payments`, one per order. */
export type Payment = Expected | Known
export type Known = Pending | Processing | Captured | Failed
export type PaymentStatus = Payment['status']

/** Where a payment stands: what a pending one waits for, else its status. */
export type Phase = 'order' | 'stock' | 'risk' | Exclude<PaymentStatus, 'pending'>
export const phaseOf = (payment: Payment): Phase => (payment.status === 'pending' ? payment.waitsFor : payment.status)

export const amountOf = ({ amount, currency }: Due): Money => ({ amount, currency })
/** Declined, and to be tried again. */
export const waits = ({ status, retriedBy }: Refund): boolean => status === 'declined' && retriedBy === undefined
/** On their way, or to be tried again. */
export const pendingRefunds = ({ refunds }: Base): number =>
  refunds.reduce((sum, refund) => (refund.status === 'pending' || waits(refund) ? sum + refund.amount : sum), 0)
/** Captured, neither refunded nor about to be. */
export const refundable = (payment: Captured): number => payment.amount - payment.refundedAmount - pendingRefunds(payment)

type Fact =
  | 'OrderPlaced'
  | 'StockReserved'
  | 'PaymentRiskCleared'
  | 'PaymentRiskRejected'
  | 'risk-deadline'
  | 'payment-deadline'
  | 'ChannelCaptured'
  | 'ChannelDeclined'
  | 'OrderCancelled'
  | 'ReturnApproved'
  | 'RequestRefund'
  | 'RetryRefund'
  | 'refund-retry'
  | 'ChannelRefunded'
  | 'ChannelRefundDeclined'
type Move =
  | 'join'
  | 'authorise'
  | 'hurry'
  | 'fail'
  | 'capture'
  | 'remember'
  | 'refund'
  | 'settle'
  | 'early'
  | 'repeated'
  | 'late'
  | 'contradicts'
  | 'refused'

const unplaced = <const M extends Move>(move: M) => ({ order: move, stock: move })
const unauthorised = <const M extends Move>(move: M) => ({ ...unplaced(move), risk: move })
const captured = <const M extends Move>(move: M) => ({ success: move, refunded: move })
const decided = <const M extends Move>(move: M) => ({ processing: move, ...captured(move), failed: move })

/**
 * The machine: what each fact, timer or command does in each phase; the phases in order are `order`, `stock`, `risk` (what a pending payment
 * waits for), `processing`, `success`, `refunded`, `failed`. `early` facts are tried again, `repeated` and `late` ones ignored with a reason,
 * those that `contradict` what is known are parked, commands are `refused` (409).
 */
export const transitions = {
  OrderPlaced: { order: 'join', stock: 'repeated', risk: 'repeated', ...decided('repeated') },
  StockReserved: { order: 'repeated', stock: 'join', risk: 'repeated', ...decided('repeated'), failed: 'late' },
  PaymentRiskCleared: { ...unplaced('contradicts'), risk: 'authorise', ...decided('late') },
  PaymentRiskRejected: { ...unplaced('contradicts'), risk: 'fail', ...decided('late') },
  'risk-deadline': { ...unplaced('late'), risk: 'hurry', ...decided('late') },
  'payment-deadline': { ...unplaced('late'), risk: 'fail', ...decided('late') },
  ChannelCaptured: { ...unauthorised('contradicts'), processing: 'capture', ...captured('repeated'), failed: 'contradicts' },
  ChannelDeclined: { ...unauthorised('contradicts'), processing: 'fail', ...captured('contradicts'), failed: 'repeated' },
  OrderCancelled: {
    order: 'early',
    stock: 'fail',
    risk: 'fail',
    processing: 'remember',
    success: 'refund',
    refunded: 'repeated',
    failed: 'late',
  },
  // A return is of a confirmed order, whose payment was captured.
  ReturnApproved: { ...unauthorised('contradicts'), processing: 'contradicts', ...captured('refund'), failed: 'contradicts' },
  'refund-retry': { ...unauthorised('late'), processing: 'late', ...captured('refund'), failed: 'late' },
  RetryRefund: { ...unauthorised('refused'), processing: 'refused', success: 'refund', refunded: 'refused', failed: 'refused' },
  RequestRefund: { ...unauthorised('refused'), processing: 'refused', success: 'refund', refunded: 'refused', failed: 'refused' },
  ChannelRefunded: { ...unauthorised('contradicts'), processing: 'contradicts', ...captured('settle'), failed: 'contradicts' },
  ChannelRefundDeclined: { ...unauthorised('contradicts'), processing: 'contradicts', ...captured('settle'), failed: 'contradicts' },
} as const satisfies Record<Fact, Record<Phase, Move>>
