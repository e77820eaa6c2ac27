import {
  type DataOf,
  type Facts,
  type Ignored,
  ignore,
  type Money,
  type NotYet,
  notYet,
  type OrderCancelled,
  type OrderPlaced,
  type PaymentCaptured,
  type PaymentFailed,
  RuleViolation,
  StockCommitted,
  StockRejected,
  StockReleased,
  StockReservationExpired,
  StockReserved,
  StockRestocked,
} from '@murmuration/contracts'
import { claimOf, isOfClaim, sameClaim } from './claim.ts'
import { type Line, type Movement, moveAll, type Stock, stockKey } from './stock.ts'

export type Status = 'held' | 'rejected' | 'committed' | 'released' | 'expired' | 'restocked'

/** What an order asked of the stock, and what became of it. Kept for ever: it is what makes repeated and late facts harmless. */
export interface Reservation {
  readonly orderId: string
  readonly status: Status
  /** The order's customer and total, so that later facts about it can be compared. */
  readonly userId: string
  readonly amount: number
  readonly currency: string
  /** One line per sku. Of a rejected reservation: what was wanted. */
  readonly lines: readonly Line[]
  /** null when nothing was held. */
  readonly expiresAt: string | null
}

/** How long stock is held for an order that is not paid. */
export const reservationMs = 15 * 60_000

type Fact = 'captured' | 'paymentFailed' | 'cancelled' | 'timeIsUp'
type Step = { readonly to: Status; readonly stock: Movement } | { readonly ignored: string } | { readonly refused: string }
const late = (ignored: string): Step => ({ ignored })

/** The machine. Held and rejected are where OrderPlaced leads to. */
export const machine: Record<Status, Record<Fact, Step>> = {
  held: {
    captured: { to: 'committed', stock: 'commit' },
    paymentFailed: { to: 'released', stock: 'release' },
    cancelled: { to: 'released', stock: 'release' },
    timeIsUp: { to: 'expired', stock: 'release' },
  },
  committed: {
    captured: late('the stock is already committed'),
    paymentFailed: late('the payment was captured and the stock committed'),
    cancelled: { to: 'restocked', stock: 'restock' },
    timeIsUp: late('the stock was committed in time'),
  },
  released: {
    // The payment refunds by itself: it hears of the order's end too.
    captured: late('the stock was released before the payment was captured'),
    paymentFailed: late('the stock is already released'),
    cancelled: late('the stock is already released'),
    timeIsUp: late('the stock is already released'),
  },
  expired: {
    captured: late('the reservation had expired before the payment was captured'),
    paymentFailed: late('the reservation had expired'),
    cancelled: late('the reservation had expired'),
    timeIsUp: late('the reservation has already expired'),
  },
  restocked: {
    captured: late('the stock is already back'),
    paymentFailed: late('the stock is already back'),
    cancelled: late('the stock is already back'),
    timeIsUp: late('the stock is already back'),
  },
  rejected: {
    captured: { refused: 'a payment was captured for an order whose stock was rejected' },
    paymentFailed: late('nothing was held'),
    cancelled: late('nothing was held'),
    timeIsUp: late('nothing was held'),
  },
}

interface Rows {
  readonly reservation: Reservation | undefined
  readonly stock: ReadonlyMap<string, Stock>
}
interface Changed {
  readonly rows: { readonly reservation: Reservation; readonly stock: readonly Stock[] }
}

/** The stock rows that a reservation's next step may change. */
export const keysOf = (reservation: Reservation | undefined): string[] => (reservation?.lines ?? []).map(stockKey)

function advance(reservation: Reservation, fact: Fact, stock: Rows['stock']): Changed | Ignored {
  const step = machine[reservation.status][fact]
  if ('ignored' in step) return ignore(step.ignored)
  if ('refused' in step) throw new RuleViolation('impossible_fact', step.refused)
  return { rows: { reservation: { ...reservation, status: step.to }, stock: moveAll(stock, step.stock, reservation.lines) } }
}

/** All lines or none. */
export function reserve(order: DataOf<typeof OrderPlaced>, { reservation, stock }: Rows, holdMs: number, { now }: Facts) {
  const claim = claimOf(order)
  if (reservation !== undefined) {
    if (!sameClaim(claim, reservation)) throw new RuleViolation('forged_order', 'the order was placed with another content before')
    return ignore(`the order's stock was already decided on: ${reservation.status}`)
  }
  const { orderId, lines } = claim
  const shortages = lines.flatMap((line) => {
    const available = stock.get(stockKey(line))?.available ?? 0
    return available < line.quantity ? [{ sku: line.sku, requested: line.quantity, available }] : []
  })
  if (shortages.length > 0)
    return {
      rows: { reservation: { ...claim, status: 'rejected' as const, expiresAt: null } },
      events: [StockRejected({ orderId, shortages })],
    }
  const expiresAt = new Date(now.getTime() + holdMs).toISOString()
  return {
    rows: { reservation: { ...claim, status: 'held' as const, expiresAt }, stock: moveAll(stock, 'hold', lines) },
    events: [StockReserved({ orderId, lines: [...lines], expiresAt })],
    arm: [{ timer: 'reservation-expires' as const, inMs: holdMs }],
  }
}

// Topics are not ordered against each other, so a fact may come before the order that it is about.
const unplaced = (orderId: string): NotYet => notYet(`order ${orderId} was not placed yet`)

export function commit(payment: DataOf<typeof PaymentCaptured>, { reservation, stock }: Rows) {
  if (reservation === undefined) return unplaced(payment.orderId)
  isOfClaim(reservation, payment.userId, payment.amount)
  const next = advance(reservation, 'captured', stock)
  if ('ignored' in next) return next
  const { orderId, lines } = reservation
  return { ...next, events: [StockCommitted({ orderId, lines: [...lines] })], disarm: ['reservation-expires' as const] }
}

export function releaseUnpaid(payment: DataOf<typeof PaymentFailed>, { reservation, stock }: Rows) {
  if (reservation === undefined) return unplaced(payment.orderId)
  isOfClaim(reservation, payment.userId, payment.amount)
  const next = advance(reservation, 'paymentFailed', stock)
  if ('ignored' in next) return next
  const { orderId, lines } = reservation
  return {
    ...next,
    events: [StockReleased({ orderId, lines: [...lines], cause: 'payment_failed' })],
    disarm: ['reservation-expires' as const],
  }
}

/** The order is cancelled, or an operator gave it up (OrderFailed, which says no total): held stock is released, committed stock comes back. */
export function giveBack(
  order: Pick<DataOf<typeof OrderCancelled>, 'orderId' | 'userId'> & { readonly total?: Money },
  { reservation, stock }: Rows,
) {
  if (reservation === undefined) return unplaced(order.orderId)
  isOfClaim(reservation, order.userId, order.total ?? reservation)
  const next = advance(reservation, 'cancelled', stock)
  if ('ignored' in next) return next
  const { orderId, lines } = reservation
  if (next.rows.reservation.status === 'restocked') return { ...next, events: [StockRestocked({ orderId, lines: [...lines] })] }
  return {
    ...next,
    events: [StockReleased({ orderId, lines: [...lines], cause: 'order_cancelled' })],
    disarm: ['reservation-expires' as const],
  }
}

export function expire({ reservation, stock }: Rows) {
  if (reservation === undefined) return ignore('there is no such reservation')
  const next = advance(reservation, 'timeIsUp', stock)
  if ('ignored' in next) return next
  return { ...next, events: [StockReservationExpired({ orderId: reservation.orderId, lines: [...reservation.lines] })] }
}
