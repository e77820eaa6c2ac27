import { hash } from 'node:crypto'
import type {
  DataOf,
  OrderCancelled,
  OrderPlaced,
  PaymentCaptured,
  PaymentFailed,
  ProductCreated,
  ReturnApproved,
} from '@murmuration/contracts'
import type { Places } from '../src/domain/allocation.ts'
import { emptyStock, type Stock } from '../src/domain/stock.ts'

const id = (n: number) => `019a9d3e-5f60-7d18-a2c4-${n.toString(16).padStart(12, '0')}`
export const orderId = id(1)
export const userId = id(2)
export const paymentId = id(3)
/** Can be divided by all the quantities that tests order. */
export const total = { amount: 4560, currency: 'EUR' } as const

/** A product of the catalogue; its sku stands for it. */
export const product = (sku: string): DataOf<typeof ProductCreated> => ({
  productId: id(Number.parseInt(hash('sha256', sku, 'hex').slice(0, 8), 16)),
  sku,
  name: sku,
  category: 'Things',
  price: total,
  status: 'active',
})

/** An order of so many pieces of each sku; a sku may come in several lines. The first one costs all, the others are free. */
export const order = (
  lines: readonly (readonly [sku: string, quantity: number])[],
  more: Partial<DataOf<typeof OrderPlaced>> = {},
): DataOf<typeof OrderPlaced> => ({
  orderId,
  userId,
  items: lines.map(([sku, quantity], index) => ({
    productId: id(100 + index),
    sku,
    name: sku,
    unitPrice: { ...total, amount: index === 0 ? total.amount / quantity : 0 },
    quantity,
    subtotal: { ...total, amount: index === 0 ? total.amount : 0 },
  })),
  total,
  payment: { method: 'credit_card', source: 'channel' },
  shippingAddress: { name: 'Ada Lovelace', line1: '1 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
  placedAt: '2026-11-21T10:00:00.000Z',
  ...more,
})

export const captured = (more: Partial<DataOf<typeof PaymentCaptured>> = {}): DataOf<typeof PaymentCaptured> => ({
  orderId,
  paymentId,
  userId,
  amount: total,
  providerReference: 'psp-1',
  capturedAt: '2026-11-21T10:00:01.000Z',
  ...more,
})

export const failed = (more: Partial<DataOf<typeof PaymentFailed>> = {}): DataOf<typeof PaymentFailed> => ({
  orderId,
  paymentId,
  userId,
  amount: total,
  reason: 'declined',
  ...more,
})

export const cancelled = (more: Partial<DataOf<typeof OrderCancelled>> = {}): DataOf<typeof OrderCancelled> => ({
  orderId,
  userId,
  total,
  reason: 'by_customer',
  from: 'pending',
  cancelledAt: '2026-11-21T10:00:02.000Z',
  ...more,
})

/** So many pieces of each sku come back. */
export const returned = (
  lines: readonly (readonly [sku: string, quantity: number])[],
  more: Partial<DataOf<typeof ReturnApproved>> = {},
): DataOf<typeof ReturnApproved> => ({
  orderId,
  returnId: id(4),
  userId,
  paymentId,
  lines: lines.map(([sku, quantity], index) => ({ productId: id(100 + index), sku, quantity })),
  amount: total,
  by: 'rule',
  approvedAt: '2026-11-21T11:00:00.000Z',
  ...more,
})

/** "kb" lies in the main warehouse, "north/kb" in another one. */
export const stockOf = (name: string, available: number, reserved = 0): Stock => {
  const [sku = '', warehouse = 'main'] = name.split('/').reverse()
  return { ...emptyStock(sku, warehouse), available, reserved, total: available + reserved }
}
export const byKey = (...stocks: Stock[]): Map<string, Stock> => new Map(stocks.map((stock) => [stock.stockKey, stock]))

/** These stocks with the articles that know of them. @param priorities by warehouse; 1 where none is said */
export function placesOf(stock: ReadonlyMap<string, Stock>, priorities: Readonly<Record<string, number>> = {}): Places {
  const rows = [...stock.values()]
  const articles = Map.groupBy(rows, ({ sku }) => sku)
  return {
    stock,
    articles: new Map([...articles].map(([sku, each]) => [sku, { sku, warehouses: each.map(({ warehouse }) => warehouse) }])),
    warehouses: new Map(rows.map(({ warehouse }) => [warehouse, { warehouse, priority: priorities[warehouse] ?? 1 }])),
  }
}
