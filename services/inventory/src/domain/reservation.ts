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
import { addsUp } from '@murmuration/money'
import { allocate, type Places } from './allocation.ts'
import { bySku, claimOf, isOfClaim, sameClaim } from './claim.ts'
import { type Line, type Movement, moveAll, type Stock, stockKey, type Wanted } from './stock.ts'

export type Status = 'held' | 'rejected' | 'committed' | 'released' | 'expired' | 'restocked'

/** What an order asked of the stock, and what became of it. Kept for ever: it is what makes repeated and late facts harmless. */
export interface Reservation {
  readonly orderId: string
  readonly status: Status
  /** The order's customer and total, so that later facts about it can be compared. */
  readonly userId: string
  readonly amount: number
  readonly currency: string
  /** What is or was held, and where: one line for each sku and warehouse. */
  readonly lines: readonly Line[]
  /** What was wanted and could not be held: of a rejected one all of it, of others nothing. */
  readonly refused: readonly Wanted[]
  /** What came back after it was sold, by return. */
  readonly returns: readonly { readonly returnId: string; readonly lines: readonly Line[] }[]
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

export interface Rows {
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

/**
 * All lines or none, from whichever warehouses have them. An order that does not add up is refused here as everywhere: who took it as it is would not
 * know it again when it is repaired.
 * @throws RuleViolation `forged_order`, `forged_total`
 */
export function reserve(order: DataOf<typeof OrderPlaced>, { reservation, ...places }: Rows & Places, holdMs: number, { now }: Facts) {
  const { wanted, ...claim } = claimOf(order)
  if (reservation !== undefined) {
    const known = { ...reservation, wanted: bySku([...reservation.lines, ...reservation.refused]) }
    if (!sameClaim({ ...claim, wanted }, known)) throw new RuleViolation('forged_order', 'the order was placed with another content before')
    return ignore(`the order's stock was already decided on: ${reservation.status}`)
  }
  if (!addsUp(order)) throw new RuleViolation('forged_total', 'the prices, subtotals and the total do not add up')
  const { orderId } = claim
  const found = allocate(wanted, places)
  if ('shortages' in found)
    return {
      rows: { reservation: { ...claim, status: 'rejected' as const, lines: [], refused: wanted, returns: [], expiresAt: null } },
      events: [StockRejected({ orderId, shortages: found.shortages })],
    }
  const { lines } = found
  const expiresAt = new Date(now.getTime() + holdMs).toISOString()
  return {
    rows: {
      reservation: { ...claim, status: 'held' as const, lines, refused: [], returns: [], expiresAt },
      stock: moveAll(places.stock, 'hold', lines),
    },
    events: [StockReserved({ orderId, lines, expiresAt })],
    arm: [{ timer: 'reservation-expires' as const, inMs: holdMs }],
  }
}

// Topics are not ordered against each other, so a fact may come before the order that it is about.
export const unplaced = (orderId: string): NotYet => notYet(`order ${orderId} was not placed yet`)

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
  if (reservation.returns.length > 0)
    throw new RuleViolation('impossible_fact', 'goods of the order were returned: it was confirmed, and cannot be cancelled')
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
