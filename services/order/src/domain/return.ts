import type { Currency, Money, PaymentRefundRequestedData, ReturnLine } from '@murmuration/contracts'

/** The customer gives back what a confirmed order has brought, wholly or in part; kept in its order's row. Times are ISO-8601 UTC. */
export interface Return {
  readonly returnId: string
  readonly status: ReturnStatus
  readonly lines: readonly ReturnLine[]
  /** Minor units, in the order's currency: what was paid for it. */
  readonly amount: number
  /** In the customer's words. */
  readonly reason: string
  readonly requestedAt: string
  readonly decidedAt?: string
  readonly decidedBy?: 'administrator' | 'rule'
  /** Why an administrator refused it. */
  readonly rejection?: string
  /** The goods are back in the stock. */
  readonly restocked?: true
  /** All that was paid had gone back before. */
  readonly alreadyRefunded?: true
  readonly completedAt?: string
}
export type ReturnStatus = 'requested' | 'approved' | 'rejected' | 'completed'

/**
 * A refund of the order's payment, as the payment service tells of it. `pending`: the provider is asked, or will be again; `failed`: it declined each
 * time, and a person has to look; `retried`: another one tries it again.
 */
export interface Refund {
  readonly refundId: string
  readonly status: 'pending' | 'refunded' | 'failed' | 'retried'
  readonly amount: number
  readonly cause: PaymentRefundRequestedData['cause']
  readonly returnId?: string
  readonly detail?: string
}

type Fact = 'ApproveReturn' | 'RejectReturn' | 'PaymentRefundRequested' | 'PaymentRefunded' | 'ReturnAlreadyRefunded' | 'StockReturned'
type Move = 'approve' | 'reject' | 'remember' | 'settle' | 'same' | 'refused' | 'repeated' | 'contradicts'
const undecided = { requested: 'contradicts', rejected: 'contradicts' } as const

/** The machine of a return; facts that were told before are told apart by what they leave. Commands are `refused` (409) or get the `same` answer again; what `settle`s may complete it. */
export const transitions = {
  ApproveReturn: { requested: 'approve', approved: 'same', rejected: 'refused', completed: 'same' },
  RejectReturn: { requested: 'reject', approved: 'refused', rejected: 'same', completed: 'refused' },
  PaymentRefundRequested: { ...undecided, approved: 'remember', completed: 'contradicts' },
  StockReturned: { ...undecided, approved: 'settle', completed: 'repeated' },
  PaymentRefunded: { ...undecided, approved: 'settle', completed: 'contradicts' },
  ReturnAlreadyRefunded: { ...undecided, approved: 'settle', completed: 'contradicts' },
} as const satisfies Record<Fact, Record<ReturnStatus, Move>>

/** A return as the order's owner sees it. */
export interface ReturnView extends Omit<Return, 'amount' | 'restocked' | 'alreadyRefunded'> {
  readonly amount: Money
  /** Of one that is agreed to: where its money is, `none` when all that was paid had gone back before. */
  readonly refund?: Refund['status'] | 'none'
  /** Of one that is agreed to: whether its goods are back in the stock. */
  readonly restocked?: boolean
}

interface Owner {
  readonly currency: Currency
  readonly refunds: readonly Refund[]
}

export const refundOf = ({ refunds }: Owner, returnId: string): Refund | undefined =>
  refunds.findLast((refund) => refund.returnId === returnId)

export function returnView(order: Owner, { amount, restocked, alreadyRefunded, ...rest }: Return): ReturnView {
  const money = { amount, currency: order.currency }
  if (rest.status !== 'approved' && rest.status !== 'completed') return { ...rest, amount: money }
  const refund = alreadyRefunded === true ? 'none' : (refundOf(order, rest.returnId)?.status ?? 'pending')
  return { ...rest, amount: money, refund, restocked: restocked === true }
}
