import { warehouse as code } from '@murmuration/http/formats'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { byId, bySku, id, line, method, money, price, sku, time } from './schemas.ts'

const refund = z
  .object({
    refundId: id,
    paymentId: id,
    orderId: id,
    status: z
      .enum(['none', 'pending', 'refunded', 'declined', 'failed'])
      .meta({ description: '`declined`: to be tried again; `failed`: declined each time, a person has to look; `none`: nothing was left' }),
    amount: money,
    cause: z.enum(['order_cancelled', 'by_customer', 'by_admin', 'return']),
    requestedAt: time,
    endedAt: time.optional(),
    detail: z.string().optional(),
    retryAt: time.optional().meta({ description: 'When what the provider declined is tried again' }),
    retriedBy: id.optional().meta({ description: 'The refund that tries it again' }),
    returnId: id.optional(),
  })
  .meta({ id: 'Refund' })
const payment = z
  .object({
    paymentId: id,
    orderId: id,
    userId: id,
    status: z.enum(['pending', 'processing', 'success', 'failed', 'refunded']),
    reason: z.string().optional(),
    detail: z.string().optional(),
    amount: money,
    method,
    source: z.enum(['channel', 'wallet']),
    refundedAmount: money,
    refunds: z.array(refund),
    capturedAt: time.optional(),
    createdAt: time,
  })
  .meta({ id: 'Payment' })

export const payments: Endpoint[] = [
  {
    method: 'get',
    path: '/payments',
    tag: 'payments',
    summary: 'The payment of an order',
    access: 'user',
    query: z.strictObject({ orderId: id }),
    answers: { 200: { description: 'None or one', schema: z.object({ items: z.array(payment) }) } },
    service: 'payment',
    to: '/payments',
  },
  {
    method: 'get',
    path: '/payments/{id}',
    tag: 'payments',
    summary: 'A payment',
    access: 'user',
    params: byId,
    answers: { 200: { description: 'The payment', schema: payment } },
    service: 'payment',
    to: '/payments/{id}',
  },
  {
    method: 'post',
    path: '/payments/{id}/refunds',
    tag: 'payments',
    summary: 'Give money back, by default all that is left: for administrators',
    description: 'A customer cancels an order that is not confirmed yet, and asks for a return of one that is.',
    access: 'user',
    params: byId,
    body: z.strictObject({ amount: price.optional() }).optional().meta({ id: 'NewRefund' }),
    answers: { 201: { description: 'Asked for', schema: refund } },
    service: 'payment',
    to: '/payments/{id}/refunds',
    creates: true,
    located: true,
  },
  {
    method: 'post',
    path: '/payments/{id}/refunds/{refundId}/retry',
    tag: 'payments',
    summary: 'Try a refund again that the provider declined for good',
    access: 'admin',
    params: z.object({ id, refundId: id }),
    answers: { 201: { description: 'Asked for, as a refund of its own', schema: refund } },
    service: 'payment',
    to: '/payments/{id}/refunds/{refundId}/retry',
    creates: true,
    located: true,
  },
  {
    method: 'get',
    path: '/refunds/failed',
    tag: 'payments',
    summary: 'Refunds that the provider declined for good, and that nobody has had tried again; at most 100',
    access: 'admin',
    answers: { 200: { description: 'The refunds', schema: z.object({ items: z.array(refund) }) } },
    service: 'payment',
    to: '/refunds/failed',
  },
]

const counts = { available: z.int(), reserved: z.int(), total: z.int() }
const level = z.object({ sku, ...counts, warehouse: z.string() }).meta({ id: 'StockLevel' })
const stock = z.object({ sku, ...counts, warehouses: z.array(z.object({ ...counts, warehouse: z.string() })) }).meta({ id: 'Stock' })
const restock = z.strictObject({ quantity: z.int().min(1).max(2_147_483_647), warehouse: code.optional() }).meta({ id: 'Restock' })
const priority = z.int().min(1).max(1000).meta({ description: 'Orders are served from the lowest number first' })
const warehouse = z.object({ warehouse: code, priority }).meta({ id: 'Warehouse' })
const reservation = z
  .object({
    orderId: id,
    status: z.enum(['held', 'rejected', 'committed', 'released', 'expired', 'restocked']),
    lines: z.array(z.object({ sku, warehouse: code, quantity: z.int() })).meta({ description: 'What is or was held, and where' }),
    refused: z.array(z.object({ sku, quantity: z.int() })).meta({ description: 'What a rejected order wanted' }),
    expiresAt: time.nullable(),
  })
  .meta({ id: 'Reservation' })

export const inventory: Endpoint[] = [
  {
    method: 'get',
    path: '/inventory/{sku}',
    tag: 'inventory',
    summary: 'How much of a product is there',
    access: 'anybody',
    params: bySku,
    answers: { 200: { description: 'The stock', schema: stock } },
    service: 'inventory',
    to: '/stock/{sku}',
  },
  {
    method: 'post',
    path: '/inventory/{sku}/restock',
    tag: 'inventory',
    summary: 'Add pieces to a stock',
    description: 'Of a sku of the catalogue (a new one is waited for up to 3 s), in a warehouse that was opened; `main` is.',
    access: 'admin',
    params: bySku,
    body: restock,
    answers: { 200: { description: 'The stock after it', schema: level } },
    service: 'inventory',
    to: '/stock/{sku}/restock',
    creates: true,
  },
  {
    method: 'get',
    path: '/warehouses',
    tag: 'inventory',
    summary: 'The warehouses, in the order in which they serve',
    access: 'admin',
    answers: { 200: { description: 'All of them', schema: z.object({ items: z.array(warehouse) }) } },
    service: 'inventory',
    to: '/warehouses',
  },
  {
    method: 'put',
    path: '/warehouses/{warehouse}',
    tag: 'inventory',
    summary: 'Open a warehouse, or change its priority',
    access: 'admin',
    params: z.object({ warehouse: code }),
    body: z.strictObject({ priority }).meta({ id: 'WarehouseSettings' }),
    answers: { 200: { description: 'The warehouse', schema: warehouse } },
    service: 'inventory',
    to: '/warehouses/{warehouse}',
  },
  {
    method: 'get',
    path: '/reservations/{id}',
    tag: 'inventory',
    summary: "What is held of an order's goods, and in which warehouses",
    access: 'admin',
    params: byId,
    answers: { 200: { description: 'The reservation', schema: reservation } },
    service: 'inventory',
    to: '/reservations/{id}',
  },
]

const points = z.int().min(0).max(100)
// What a rule is tuned by differs from rule to rule: the risk service checks it, naming the field.
const params = z.record(z.string().max(64), z.unknown())
const rule = z
  .object({ name: z.string(), enabled: z.boolean(), points, params, changedBy: id.optional(), changedAt: time.optional() })
  .meta({ id: 'RiskRule', description: 'One that nobody has changed does not say by whom and when.' })
const ruleChange = z
  .strictObject({ enabled: z.boolean().optional(), points: points.optional(), params: params.optional() })
  .meta({ id: 'RiskRuleChange' })

export const risk: Endpoint[] = [
  {
    method: 'get',
    path: '/risk/rules',
    tag: 'risk',
    summary: 'The rules that payments are scored by',
    access: 'admin',
    answers: { 200: { description: 'The rules', schema: z.object({ items: z.array(rule) }) } },
    service: 'risk',
    to: '/rules',
  },
  {
    method: 'put',
    path: '/risk/rules/{name}',
    tag: 'risk',
    summary: 'Change a rule',
    access: 'admin',
    params: z.object({ name: line(64).regex(/^[A-Za-z0-9_-]+$/) }),
    body: ruleChange,
    answers: { 200: { description: 'The rule', schema: rule } },
    service: 'risk',
    to: '/rules/{name}',
  },
]
