import { after, command, effect, on, perform, service, table } from '@murmuration/choreography'
import {
  ChannelCaptured,
  ignore,
  notYet,
  OrderCancelled,
  OrderPaid,
  OrderPlaced,
  RuleViolation,
  StockRejected,
  StockReleased,
  StockReserved,
} from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import type { Deed, Scenario, SimulatedService, World } from '../src/index.ts'

/** A small shop of three services: order, inventory and a channel that charges. Enough of one for every fault to do harm, if anything is wrong. */
interface Order {
  readonly id: string
  readonly status: 'pending' | 'paid' | 'cancelled'
}
interface Stock {
  readonly sku: string
  readonly available: number
}
interface Reservation {
  readonly id: string
  readonly status: 'held' | 'rejected' | 'released'
}
interface Charge {
  readonly id: string
  readonly status: 'pending' | 'captured'
}
export const orders = table<Order>('orders', { key: 'id' })
export const stocks = table<Stock>('stocks', { key: 'sku' })
export const reservations = table<Reservation>('reservations', { key: 'id' })
export const charges = table<Charge>('charges', { key: 'id' })

const SKU = 'KB-87'
const lines = [{ sku: SKU, warehouse: 'main', quantity: 1 }]
const order1 = exampleOf(OrderPlaced)
const cancelled1 = exampleOf(OrderCancelled)
const paid1 = exampleOf(OrderPaid)
const captured1 = exampleOf(ChannelCaptured)
const placed = (orderId: string) => OrderPlaced({ ...order1, orderId })
const cancelled = (orderId: string) => OrderCancelled({ ...cancelled1, orderId, reason: 'expired', from: 'pending' })

export const place = command<{ orderId: string }>()('Place', {
  emits: [OrderPlaced],
  arms: ['too-late'],
  saga: ({ orderId }) => orderId,
  reads: ({ orderId }) => ({ order: orders.one(orderId) }),
  decide: ({ orderId }, { order }) =>
    order !== undefined
      ? { reply: order.status }
      : {
          rows: { order: { id: orderId, status: 'pending' as const } },
          events: [placed(orderId)],
          arm: [{ timer: 'too-late' as const, inMs: 600_000 }],
          reply: 'pending' as const,
        },
})

const order = service({
  name: 'order',
  topic: 'order.events',
  group: 'order',
  tables: [orders],
  commands: [place],
  timers: [
    after('too-late', {
      emits: [OrderCancelled],
      reads: ({ sagaId }) => ({ order: orders.one(sagaId) }),
      decide: ({ sagaId }, { order: row }) =>
        row?.status === 'pending'
          ? { rows: { order: { ...row, status: 'cancelled' as const } }, events: [cancelled(sagaId)] }
          : ignore('over already'),
    }),
  ],
  reactions: [
    on(StockRejected, {
      emits: [OrderCancelled],
      reads: ({ sagaId }) => ({ order: orders.one(sagaId) }),
      decide: ({ sagaId }, { order: row }) =>
        row?.status === 'pending'
          ? { rows: { order: { ...row, status: 'cancelled' as const } }, events: [cancelled(sagaId)], disarm: ['too-late'] }
          : ignore('over already'),
    }),
    on(ChannelCaptured, {
      emits: [OrderPaid],
      reads: ({ sagaId }) => ({ order: orders.one(sagaId) }),
      decide: ({ sagaId: orderId }, { order: row }) =>
        row?.status === 'pending'
          ? {
              rows: { order: { ...row, status: 'paid' as const } },
              events: [OrderPaid({ ...paid1, orderId })],
              disarm: ['too-late'],
            }
          : ignore('over already'),
    }),
  ],
})

export const restock = command<{ pieces: number }>()('Restock', {
  emits: [],
  saga: () => SKU,
  reads: () => ({ stock: stocks.one(SKU) }),
  decide: ({ pieces }, { stock }) => ({ rows: { stock: { sku: SKU, available: stock?.available ?? pieces } } }),
})

const inventory = service({
  name: 'inventory',
  topic: 'inventory.events',
  group: 'inventory',
  tables: [reservations, stocks],
  commands: [restock],
  reactions: [
    on(OrderPlaced, {
      emits: [StockReserved, StockRejected],
      reads: ({ sagaId }) => ({ reservation: reservations.one(sagaId), stock: stocks.one(SKU) }),
      decide: ({ sagaId: orderId, data }, { reservation, stock }) => {
        if (reservation !== undefined) return ignore('reserved already')
        if (data.shippingAddress.city === 'Nowhere') throw new RuleViolation('nowhere', 'nothing is sent there')
        if (stock === undefined || stock.available < 1)
          return {
            rows: { reservation: { id: orderId, status: 'rejected' as const } },
            events: [StockRejected({ orderId, shortages: [{ sku: SKU, requested: 1, available: 0 }] })],
          }
        return {
          rows: { reservation: { id: orderId, status: 'held' as const }, stock: { ...stock, available: stock.available - 1 } },
          events: [StockReserved({ orderId, lines, expiresAt: '2026-01-01T00:00:00.000Z' })],
        }
      },
    }),
    on(OrderCancelled, {
      emits: [StockReleased],
      undoes: [StockReserved],
      reads: ({ sagaId }) => ({ reservation: reservations.one(sagaId), stock: stocks.one(SKU) }),
      decide: ({ sagaId: orderId }, { reservation, stock }) => {
        if (reservation === undefined || stock === undefined) return notYet('no reservation yet')
        if (reservation.status !== 'held') return ignore(`the reservation is ${reservation.status}`)
        return {
          rows: {
            reservation: { ...reservation, status: 'released' as const },
            stock: { ...stock, available: stock.available + 1 },
          },
          events: [StockReleased({ orderId, lines, cause: 'payment_failed' as const })],
        }
      },
    }),
  ],
})

const channel = service({
  name: 'channel',
  topic: 'channel.events',
  group: 'channel',
  tables: [charges],
  reactions: [
    perform(StockReserved, {
      emits: [ChannelCaptured],
      effect: effect<{ orderId: string }, { reference: string }>('charge'),
      reads: ({ sagaId }) => ({ charge: charges.one(sagaId) }),
      intend: ({ sagaId }, { charge }) =>
        charge !== undefined
          ? ignore('charged already')
          : { rows: { charge: { id: sagaId, status: 'pending' as const } }, request: { orderId: sagaId } },
      concludeReads: ({ orderId }) => ({ charge: charges.one(orderId) }),
      conclude: ({ reference }, { charge }, { now }, { orderId }) => ({
        rows: { charge: { ...(charge as Charge), status: 'captured' as const } },
        events: [ChannelCaptured({ ...captured1, orderId, providerReference: reference, capturedAt: now.toISOString() })],
      }),
    }),
  ],
})

export interface ToyOptions {
  readonly orders?: number
  readonly pieces?: number
  readonly gapMs?: number
  /** Replaces services, to plant bugs. */
  change?(services: readonly SimulatedService[]): readonly SimulatedService[]
  /** Told of every charge. */
  charged?(orderId: string): void
  /** Told of every time that the bank is asked. */
  asked?(): void
}

export const orderId = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`

/** Orders that race for a few pieces; each is to be paid once, or cancelled with its piece back in the stock. */
export const toy =
  ({ orders: count = 12, pieces = 8, gapMs = 40, change = (services) => services, charged, asked }: ToyOptions = {}) =>
  (): Scenario => {
    const bank = new Set<string>()
    const paidFor = new Set<string>()
    const services: readonly SimulatedService[] = [
      { definition: order },
      { definition: inventory, check: (_, row) => ('available' in row && (row as Stock).available < 0 ? 'available >= 0' : undefined) },
      {
        definition: channel,
        effects: ({ wire }) => ({
          charge: ({ orderId: id }: { orderId: string }, { key }) =>
            wire('charge', () => {
              asked?.()
              // The bank knows keys.
              if (!bank.has(key)) charged?.(id)
              bank.add(key)
              paidFor.add(id)
              return { reference: `ref ${id.slice(-4)}` }
            }),
        }),
      },
    ]
    const stocking: Deed = {
      atMs: 0,
      name: `restock ${pieces}`,
      run: async (world) => void (await world.execute('inventory', restock, { pieces })),
    }
    const placing = Array.from({ length: count }, (_, index): Deed => {
      const id = orderId(index)
      return {
        atMs: 500 + index * gapMs,
        name: `place ${id}`,
        run: (world) => world.execute('order', place, { orderId: id }),
      }
    })
    return {
      services: change(services),
      workload: [stocking, ...placing],
      afterCommit: (_, { rows }) =>
        rows.flatMap(({ table: name, after: row }) => (name === 'stocks' && (row as Stock).available < 0 ? ['oversold'] : [])),
      atEnd: (world) => ends(world, pieces, paidFor),
      nameOf: (id) => (id.startsWith('00000000-') ? `order ${Number(id.slice(-12))}` : undefined),
    }
  }

function* ends(world: World, pieces: number, charged: ReadonlySet<string>): Iterable<string> {
  let held = 0
  for (const [id, { row }] of world.rows('inventory', reservations)) {
    const reserved = (row as Reservation).status === 'held'
    if (reserved) held++
    const status = world.row('order', orders, id)?.status
    if (reserved !== (status === 'paid')) yield `order ${id} is ${status}, its reservation ${(row as Reservation).status}`
  }
  for (const [id, { row }] of world.rows('order', orders)) {
    const { status } = row as Order
    if (status === 'pending') yield `order ${id} never ended`
    if ((status === 'paid') !== charged.has(id)) yield `order ${id} is ${status}, and ${charged.has(id) ? '' : 'not '}charged`
  }
  const available = world.row('inventory', stocks, SKU)?.available
  if (available !== undefined && available + held !== pieces) yield `${available} pieces available, ${held} held, of ${pieces}`
  for (const service of ['order', 'inventory', 'channel']) {
    const { outbox, effects } = world.database(service)
    if (outbox.size > 0) yield `${service} has ${outbox.size} unpublished events`
    if (effects.size > 0) yield `${service} has ${effects.size} effects that never ended`
  }
}
