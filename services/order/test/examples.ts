import type {
  DataOf,
  OrderItem,
  OrderPlaced,
  PaymentRefundedData,
  PaymentRefundFailedData,
  PaymentRefundRequestedData,
  ReturnAlreadyRefundedData,
  StockReturnedData,
} from '@murmuration/contracts'
import { type Order, totalOf } from '../src/domain/order.ts'
import { newOrder } from '../src/domain/placement.ts'

export const now = new Date('2026-11-21T10:00:00.000Z')
export const ada = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e01'
export const bob = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e02'
export const paymentId = '019a9d3e-6071-7b29-8d3e-4f5a6b7c8d05'

const item = (sku: string, productId: string, price: number, quantity: number): OrderItem => ({
  productId,
  sku,
  name: sku,
  unitPrice: { amount: price, currency: 'EUR' },
  quantity,
  subtotal: { amount: price * quantity, currency: 'EUR' },
})

export const placed: DataOf<typeof OrderPlaced> = {
  orderId: '019a9d3e-5f60-7d18-a2c4-9b8e7f6d5c04',
  userId: ada,
  items: [
    item('KEYBOARD', '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02', 7990, 1),
    item('CABLE', '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a03', 1490, 2),
  ],
  total: { amount: 10970, currency: 'EUR' },
  payment: { method: 'credit_card', source: 'channel' },
  shippingAddress: { name: 'Ada Lindqvist', line1: 'Torstraße 140', city: 'Berlin', postalCode: '10119', country: 'DE' },
  placedAt: '2026-11-21T09:59:59.000Z',
}

export const pending: Order = newOrder(placed)
export const { orderId } = placed

export const returnId = '019a9d3e-8b93-7f4b-ad50-1b2c3d4e5f07'
export const refundId = '019a9d3e-7a82-7e3a-9c4f-0a1b2c3d4e06'
export const admin = '019a9d3e-1c20-7a41-9b0e-5d2f6a7c8e09'
const [keyboard, cable] = placed.items as [OrderItem, OrderItem]
export const products = { keyboard: keyboard.productId, cable: cable.productId }

/** What the others say about a return of one cable, or of a refund; without an id, it is of no return. */
export const saidOfReturn = (id?: string, amount = { amount: 1490, currency: 'EUR' as const }) => ({
  requested: {
    orderId,
    paymentId,
    refundId,
    userId: ada,
    amount,
    method: 'credit_card',
    providerReference: 'psp_1',
    cause: id === undefined ? 'by_admin' : 'return',
    attempt: 1,
    ...(id === undefined ? {} : { returnId: id }),
  } satisfies PaymentRefundRequestedData,
  refunded: {
    orderId,
    paymentId,
    refundId,
    userId: ada,
    amount,
    refundedTotal: amount,
    full: false,
    refundedAt: now.toISOString(),
  } satisfies PaymentRefundedData,
  refundFailed: {
    orderId,
    paymentId,
    refundId,
    userId: ada,
    amount,
    detail: 'too_old: The charge is too old.',
  } satisfies PaymentRefundFailedData,
  alreadyRefunded: { orderId, paymentId, returnId: id ?? returnId, userId: ada } satisfies ReturnAlreadyRefundedData,
  stockReturned: {
    orderId,
    returnId: id ?? returnId,
    lines: [{ sku: 'CABLE', warehouse: 'main', quantity: 1 }],
  } satisfies StockReturnedData,
})

/** What the others say about the order `pending`. */
export const said = {
  captured: { orderId, paymentId, userId: ada, amount: totalOf(pending), providerReference: 'psp_1', capturedAt: now.toISOString() },
  failed: { orderId, paymentId, userId: ada, amount: totalOf(pending), reason: 'declined' },
  committed: {
    orderId,
    lines: [
      { sku: 'KEYBOARD', warehouse: 'main', quantity: 1 },
      { sku: 'CABLE', warehouse: 'main', quantity: 2 },
    ],
  },
  rejected: { orderId, shortages: [{ sku: 'CABLE', requested: 2, available: 1 }] },
} as const
