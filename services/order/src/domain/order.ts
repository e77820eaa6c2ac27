import type { Address, Currency, Money, OrderItem, PaymentMethod, PaymentSource, StockLine } from '@murmuration/contracts'
import type { Refund, Return } from './return.ts'

/** Why an order ended without the customer getting anything; `cancelled` keeps it. */
export type CancelReason = 'out_of_stock' | 'payment_failed' | 'expired' | 'by_customer'

export interface HistoryEntry {
  readonly status: OrderStatus
  readonly at: string
  readonly reason?: string
}

/** A line of an order. Once its goods have left the stock it says which warehouses they came from. */
export interface OrderLine extends OrderItem {
  readonly sources?: readonly Source[]
}
export type Source = Pick<StockLine, 'warehouse' | 'quantity'>

interface Placed {
  readonly orderId: string
  readonly userId: string
  readonly items: readonly OrderLine[]
  readonly amount: number
  readonly currency: Currency
  readonly method: PaymentMethod
  readonly source: PaymentSource
  readonly shippingAddress: Address
  readonly placedAt: string
  readonly updatedAt: string
  /** StockCommitted was seen. It may come before PaymentCaptured: topics are not ordered against each other. */
  readonly stockCommitted: boolean
  readonly history: readonly HistoryEntry[]
  /** Of a confirmed one, in the order in which they were asked for. */
  readonly returns: readonly Return[]
  /** What the payment service has told of its refunds, oldest first. */
  readonly refunds: readonly Refund[]
}

type State =
  | { readonly status: 'pending'; readonly reason: null; readonly paymentId: null }
  | { readonly status: 'paid' | 'confirmed'; readonly reason: null; readonly paymentId: string }
  | { readonly status: 'cancelled'; readonly reason: CancelReason; readonly paymentId: string | null }
  | { readonly status: 'failed'; readonly reason: string; readonly paymentId: string | null }

/** A row of `orders`. */
export type Order = Placed & State
export type OrderStatus = State['status']

type Fact =
  | 'StockRejected'
  | 'StockReservationExpired'
  | 'PaymentFailed'
  | 'PaymentCaptured'
  | 'StockCommitted'
  | 'CancelOrder'
  | 'FailOrder'
type Move = 'cancel' | 'pay' | 'commit' | 'fail' | 'repeated' | 'late' | 'contradicts' | 'refused' | 'same'

/**
 * The machine: what each fact or command does in each status. `late` and `repeated` facts are ignored with a reason; facts that `contradict`
 * what is known are parked; commands are `refused` (409) or get the `same` answer again.
 */
export const transitions = {
  StockRejected: { pending: 'cancel', paid: 'contradicts', confirmed: 'contradicts', cancelled: 'late', failed: 'late' },
  StockReservationExpired: { pending: 'cancel', paid: 'cancel', confirmed: 'contradicts', cancelled: 'late', failed: 'late' },
  PaymentFailed: { pending: 'cancel', paid: 'contradicts', confirmed: 'contradicts', cancelled: 'late', failed: 'late' },
  PaymentCaptured: { pending: 'pay', paid: 'repeated', confirmed: 'repeated', cancelled: 'late', failed: 'late' },
  StockCommitted: { pending: 'commit', paid: 'commit', confirmed: 'repeated', cancelled: 'late', failed: 'late' },
  CancelOrder: { pending: 'cancel', paid: 'cancel', confirmed: 'refused', cancelled: 'same', failed: 'refused' },
  FailOrder: { pending: 'fail', paid: 'fail', confirmed: 'refused', cancelled: 'refused', failed: 'same' },
} as const satisfies Record<Fact, Record<OrderStatus, Move>>

export const totalOf = ({ amount, currency }: Pick<Order, 'amount' | 'currency'>): Money => ({ amount, currency })

type Next = Pick<Order, 'status' | 'reason' | 'paymentId'> & State

/** The order in its next status, with the step written into its history. */
export function move(order: Order, next: Next, at: string): Order {
  const entry = { status: next.status, at, ...(next.reason === null ? {} : { reason: next.reason }) }
  return { ...order, ...next, updatedAt: at, history: [...order.history, entry] }
}
