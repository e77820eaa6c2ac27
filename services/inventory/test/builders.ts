import type { DataOf, OrderCancelled, OrderPlaced, PaymentCaptured, PaymentFailed } from '@murmuration/contracts'
import { emptyStock, type Stock } from '../src/domain/stock.ts'

const id = (n: number) => `019a9d3e-5f60-7d18-a2c4-${n.toString(16).padStart(12, '0')}`
export const orderId = id(1)
export const userId = id(2)
export const paymentId = id(3)
export const total = { amount: 5000, currency: 'EUR' } as const

/** An order of so many pieces of each sku; a sku may come in several lines. */
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
    unitPrice: total,
    quantity,
    subtotal: total,
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

export const stockOf = (sku: string, available: number, reserved = 0): Stock => ({
  ...emptyStock(sku, 'main'),
  available,
  reserved,
  total: available + reserved,
})
export const byKey = (...stocks: Stock[]): Map<string, Stock> => new Map(stocks.map((stock) => [stock.stockKey, stock]))
