import {
  ChannelCaptured,
  type EventKind,
  NotificationSent,
  OrderConfirmed,
  OrderPaid,
  OrderPlaced,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentInitiated,
  PaymentRiskCleared,
  StockCommitted,
  StockReserved,
} from '@murmuration/contracts'
import type { BareSaga } from '../bare/steps.ts'

export type Row = Readonly<Record<string, unknown>>

/** A table of `bare/schema.ts`, and which of its rows is the saga's. */
export interface Table {
  readonly name: string
  readonly key: string
  readonly lock: boolean
  keyOf(saga: BareSaga): string
}

const table = (name: string, key: string, keyOf: Table['keyOf']): Table => ({ name, key, lock: true, keyOf })
const byOrder = ({ orderId }: BareSaga): string => orderId
const byPayment = ({ paymentId }: BareSaga): string => paymentId

const orders = table('orders', 'orderId', byOrder)
const stocks = table('stocks', 'stockKey', ({ sku }) => `main/${sku}`)
const reservations = table('reservations', 'orderId', byOrder)
const payments = table('payments', 'orderId', byOrder)
const decisions = table('decisions', 'paymentId', byPayment)
const activity = table('activity', 'userId', ({ userId }) => userId)
const captures = table('captures', 'paymentId', byPayment)
const notifications = table('notifications', 'notificationId', ({ orderId }) => `order_confirmed:${orderId}`)

/** One reaction of one service: what it reads, and the rows that it leaves (in the order of `reads`; undefined: as it was). */
export interface Step {
  readonly service: string
  /** Type of the event, or name of a command or of an effect's conclusion, that it reacts to. */
  readonly on: string
  readonly reads: readonly Table[]
  change(saga: BareSaga, rows: readonly (Row | undefined)[], now: string): readonly (Row | undefined)[]
  readonly emits: readonly EventKind[]
  readonly arms?: string
  readonly disarms?: string
  /** Its conclusion is a step on `<effect> done`. */
  readonly effect?: string
}

const address = { name: 'Bench Buyer', line1: 'Loopback Lane 1', city: 'Lisboa', postalCode: '1000-001', country: 'PT' }
const price = ({ amount }: BareSaga) => ({ amount, currency: 'EUR' })
const itemsOf = (saga: BareSaga) => [
  {
    productId: 'a4f0f6d2-6f5e-8a3b-9c1d-2e7b8f9a0c1d',
    sku: saga.sku,
    name: 'A thing of the catalogue',
    unitPrice: price(saga),
    quantity: 1,
    subtotal: price(saga),
  },
]

const moved = (row: Row | undefined, status: string, now: string): Row => ({
  ...row,
  status,
  updatedAt: now,
  history: [...((row?.['history'] ?? []) as object[]), { status, at: now }],
})
const add = (row: Row | undefined, column: string, by: number): Row => ({ ...row, [column]: Number(row?.[column]) + by })

/** A saga as a human would write it for one process: all services' steps, one after the other, each guarded by the state that it expects. */
export const steps: readonly Step[] = [
  {
    service: 'order',
    on: 'PlaceOrder',
    reads: [orders],
    change: (saga, _rows, now) => [
      {
        ...{ orderId: saga.orderId, userId: saga.userId, status: 'pending', reason: null, ...price(saga), items: itemsOf(saga) },
        ...{ shippingAddress: address, method: 'credit_card', source: 'channel', paymentId: null, stockCommitted: false },
        ...{ history: [{ status: 'pending', at: now }], placedAt: now, updatedAt: now },
      },
    ],
    emits: [OrderPlaced],
  },
  { service: 'order', on: OrderPlaced.type, reads: [orders], change: () => [], emits: [] },
  {
    service: 'inventory',
    on: OrderPlaced.type,
    reads: [reservations, stocks],
    change: (saga, [, stock], now) => [
      {
        ...{ orderId: saga.orderId, status: 'held', userId: saga.userId, ...price(saga), expiresAt: now },
        lines: [{ sku: saga.sku, warehouse: 'main', quantity: 1 }],
      },
      add(add(stock, 'available', -1), 'reserved', 1),
    ],
    emits: [StockReserved],
    arms: 'reservation-expires',
  },
  {
    service: 'payment',
    on: OrderPlaced.type,
    reads: [payments],
    change: (saga, [payment], now) => [
      payment ?? {
        ...{ orderId: saga.orderId, userId: saga.userId, paymentId: saga.paymentId, status: 'pending', waitsFor: 'stock', ...price(saga) },
        ...{ method: 'credit_card', source: 'channel', country: 'PT', reason: null, detail: null, providerReference: null },
        ...{ capturedAt: null, orderCancelled: false, refunds: [], refundedAmount: 0, createdAt: now, updatedAt: now },
      },
    ],
    emits: [],
  },
  {
    service: 'payment',
    on: StockReserved.type,
    reads: [payments],
    change: (_saga, [payment], now) => [{ ...payment, waitsFor: 'risk', updatedAt: now }],
    emits: [PaymentInitiated],
    arms: 'risk-deadline',
  },
  {
    service: 'risk',
    on: PaymentInitiated.type,
    reads: [decisions, activity],
    change: (saga, _rows, now) => [
      {
        ...{ paymentId: saga.paymentId, orderId: saga.orderId, userId: saga.userId, ...price(saga), score: 10, level: 'low' },
        ...{ reasons: [], decidedAt: now },
      },
      { userId: saga.userId, minutes: [{ minute: 1, count: 1, sums: { EUR: saga.amount } }] },
    ],
    emits: [PaymentRiskCleared],
  },
  {
    service: 'channel',
    on: PaymentInitiated.type,
    reads: [captures],
    change: (saga) => [
      {
        ...{ paymentId: saga.paymentId, orderId: saga.orderId, ...price(saga), method: 'credit_card', status: 'initiated' },
        ...{ providerReference: null, settledAt: null },
      },
    ],
    emits: [],
  },
  {
    service: 'payment',
    on: PaymentRiskCleared.type,
    reads: [payments],
    change: (_saga, [payment], now) => [{ ...payment, status: 'processing', waitsFor: 'channel', updatedAt: now }],
    emits: [PaymentAuthorized],
    disarms: 'risk-deadline',
  },
  {
    service: 'channel',
    on: PaymentAuthorized.type,
    reads: [captures],
    change: (_saga, [capture]) => [{ ...capture, status: 'pending' }],
    emits: [],
    effect: 'capture',
  },
  {
    service: 'channel',
    on: 'capture done',
    reads: [captures],
    change: (saga, [capture], now) => [{ ...capture, status: 'captured', providerReference: `ch_${saga.paymentId}`, settledAt: now }],
    emits: [ChannelCaptured],
  },
  {
    service: 'payment',
    on: ChannelCaptured.type,
    reads: [payments],
    change: (_saga, [payment], now) => [
      { ...payment, status: 'success', waitsFor: null, providerReference: 'ch', capturedAt: now, updatedAt: now },
    ],
    emits: [PaymentCaptured],
  },
  {
    service: 'inventory',
    on: PaymentCaptured.type,
    reads: [reservations, stocks],
    change: (_saga, [reservation, stock]) => [{ ...reservation, status: 'committed' }, add(add(stock, 'reserved', -1), 'total', -1)],
    emits: [StockCommitted],
    disarms: 'reservation-expires',
  },
  {
    service: 'order',
    on: PaymentCaptured.type,
    reads: [orders],
    change: (saga, [order], now) => [{ ...moved(order, 'paid', now), paymentId: saga.paymentId }],
    emits: [OrderPaid],
  },
  {
    service: 'order',
    on: StockCommitted.type,
    reads: [orders],
    change: (_saga, [order], now) => [{ ...moved(order, 'confirmed', now), stockCommitted: true }],
    emits: [OrderConfirmed],
  },
  {
    service: 'notification',
    on: OrderConfirmed.type,
    reads: [notifications],
    change: (saga, _rows, now) => [
      {
        ...{ notificationId: `order_confirmed:${saga.orderId}`, orderId: saga.orderId, userId: saga.userId, template: 'order_confirmed' },
        ...{ medium: 'log', status: 'pending', createdAt: now, sentAt: null },
      },
    ],
    emits: [],
    effect: 'send',
  },
  {
    service: 'notification',
    on: 'send done',
    reads: [notifications],
    change: (_saga, [notification], now) => [{ ...notification, status: 'sent', sentAt: now }],
    emits: [NotificationSent],
  },
]

/** The last event of a saga. */
export const last = NotificationSent.type
