import {
  type DataOf,
  ignore,
  notYet,
  OrderCancelled,
  OrderPlaced,
  PaymentFailed,
  RuleViolation,
  StockRejected,
  StockReleased,
  StockReservationExpired,
  StockReserved,
} from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { after, command, on, service, table } from '../src/index.ts'

/** A small inventory: enough of one for every path through the runtime. */
export interface Stock {
  readonly id: string
  readonly available: number
}
export interface Reservation {
  readonly id: string
  readonly status: 'held' | 'rejected' | 'released' | 'expired'
  readonly sku: string
}
export const stock = table<Stock>('stock', { key: 'id' })
export const reservations = table<Reservation>('reservations', { key: 'id' })

export const SCHEMA = `
  CREATE TABLE stock (id text PRIMARY KEY, available integer NOT NULL CHECK (available >= -1000), version integer NOT NULL DEFAULT 0);
  CREATE TABLE reservations (id text PRIMARY KEY, status text NOT NULL, sku text NOT NULL, version integer NOT NULL DEFAULT 0)`

const skuOf = (order: DataOf<typeof OrderPlaced>): string => (order.items[0] as { sku: string }).sku
const line = (sku: string) => ({ sku, warehouse: 'main', quantity: 1 })

const onOrderPlaced = on(OrderPlaced, {
  emits: [StockReserved, StockRejected],
  arms: ['expires'],
  span: 'inventory.reserve',
  reads: (event) => ({ reservation: reservations.one(event.sagaId), stock: stock.many([skuOf(event.data)]) }),
  decide: ({ sagaId: orderId, data }, { reservation, stock: rows }, { now }) => {
    if (reservation !== undefined) return ignore('reserved already')
    const sku = skuOf(data)
    // A planted bug of the sort that the database has to refuse: a value that breaks a constraint.
    if (data.shippingAddress.city === 'Nowhere') return { rows: { stock: [{ id: sku, available: -5000 }] } }
    if (data.shippingAddress.city === 'Forbidden') throw new RuleViolation('forbidden_city', 'nothing is sent there')
    const row = rows.get(sku)
    if (row === undefined || row.available < 1)
      return {
        rows: { reservation: { id: orderId, status: 'rejected' as const, sku } },
        events: [StockRejected({ orderId, shortages: [{ sku, requested: 1, available: 0 }] })],
      }
    return {
      rows: { reservation: { id: orderId, status: 'held' as const, sku }, stock: [{ ...row, available: row.available - 1 }] },
      arm: [{ timer: 'expires' as const, inMs: 900_000 }],
      events: [StockReserved({ orderId, lines: [line(sku)], expiresAt: now.toISOString() })],
    }
  },
})

const onPaymentFailed = on(PaymentFailed, {
  emits: [StockReleased],
  undoes: [StockReserved],
  reads: (event) => ({ reservation: reservations.one(event.sagaId) }),
  readsThen: (_event, { reservation }) => ({ stock: stock.many(reservation === undefined ? [] : [reservation.sku]) }),
  decide: ({ sagaId: orderId }, { reservation, stock: rows }) => {
    if (reservation === undefined) return notYet('no reservation yet')
    if (reservation.status !== 'held') return ignore(`the reservation is ${reservation.status}`)
    const row = rows.get(reservation.sku) as Stock
    return {
      rows: { reservation: { ...reservation, status: 'released' as const }, stock: [{ ...row, available: row.available + 1 }] },
      disarm: [],
      events: [StockReleased({ orderId, lines: [line(reservation.sku)], cause: 'payment_failed' as const })],
    }
  },
})

/** Follows OrderPlaced of the same key and topic: to see what waits behind a parked one. */
const onOrderCancelled = on(OrderCancelled, {
  emits: [],
  reads: (event) => ({ reservation: reservations.one(event.sagaId) }),
  decide: (_event, { reservation }) => (reservation === undefined ? notYet('no reservation yet') : ignore('seen')),
})

const onExpires = after('expires', {
  emits: [StockReservationExpired],
  reads: (fired) => ({ reservation: reservations.one(fired.sagaId) }),
  decide: ({ sagaId: orderId }, { reservation }) => {
    if (reservation?.status !== 'held') return ignore('not held')
    return {
      rows: { reservation: { ...reservation, status: 'expired' as const } },
      events: [StockReservationExpired({ orderId, lines: [line(reservation.sku)] })],
    }
  },
})

export const restock = command<{ sku: string; quantity: number }>()('Restock', {
  emits: [],
  saga: ({ sku }) => sku,
  reads: ({ sku }) => ({ stock: stock.one(sku) }),
  decide: ({ sku, quantity }, { stock: row }) => {
    if (quantity <= 0) throw new RuleViolation('bad_quantity', 'quantity: expected a positive number', 422)
    const next = { id: sku, available: (row?.available ?? 0) + quantity }
    return { rows: { stock: next }, reply: next }
  },
})

export const inventory = service({
  name: 'inventory',
  topic: 'inventory.events',
  group: 'inventory',
  tables: [reservations, stock],
  reactions: [onOrderPlaced, onPaymentFailed, onOrderCancelled],
  timers: [onExpires],
  commands: [restock],
})

export const SKU = 'KB-87'

export function orderPlaced(orderId: string, { sku = SKU, city = 'Berlin' } = {}) {
  const example = exampleOf(OrderPlaced)
  const item = { ...(example.items[0] as (typeof example.items)[number]), sku }
  return OrderPlaced({ ...example, orderId, items: [item], shippingAddress: { ...example.shippingAddress, city } })
}
export const paymentFailed = (orderId: string) => PaymentFailed({ ...exampleOf(PaymentFailed), orderId })
export const orderCancelled = (orderId: string) => OrderCancelled({ ...exampleOf(OrderCancelled), orderId })
