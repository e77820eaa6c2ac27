import { describe, expect, it } from 'vitest'
import { bob, now, pending, placed } from '../../test/examples.ts'
import { adopt } from './adoption.ts'
import type { Product } from './catalogue.ts'
import { type Placement, place } from './placement.ts'

const catalogue = new Map<string, Product>(
  placed.items.map(({ productId, sku, name, unitPrice }) => [
    productId,
    { productId, sku, name, ...unitPrice, status: 'active', changedAt: '2026-11-01T00:00:00.000Z' },
  ]),
)
const [keyboard, cable] = placed.items.map(({ productId }) => productId) as [string, string]
const changed = (productId: string, change: Partial<Product>) =>
  new Map([...catalogue].map(([id, product]) => [id, id === productId ? { ...product, ...change } : product]))

const wish: Placement = {
  orderId: placed.orderId,
  userId: placed.userId,
  items: placed.items.map(({ productId, quantity }) => ({ productId, quantity })),
  payment: placed.payment,
  shippingAddress: placed.shippingAddress,
}

describe('placing an order', () => {
  it('takes the prices from the catalogue', () => {
    const { events, rows, reply } = place(wish, undefined, catalogue, now)
    expect(events).toEqual([{ event: expect.objectContaining({ type: 'OrderPlaced' }), data: { ...placed, placedAt: now.toISOString() } }])
    expect(rows?.order).toMatchObject({ status: 'pending', amount: 10970, currency: 'EUR', method: 'credit_card' })
    expect(reply).toMatchObject({ orderId: placed.orderId, status: 'pending', total: placed.total })
  })

  it('answers the order that is there when it is placed again, even when the prices have changed', () => {
    const again = place(wish, pending, changed(cable, { amount: 1 }), now)
    expect(again).toEqual({ reply: expect.objectContaining({ orderId: placed.orderId, total: placed.total }) })
  })

  it.each([
    ['other goods', { items: [{ productId: cable, quantity: 1 }] }],
    ['another user', { userId: bob }],
    ['another method', { payment: { method: 'paypal', source: 'channel' } }],
    ['another address', { shippingAddress: { ...placed.shippingAddress, line2: 'c/o Bob' } }],
  ] as const)('refuses an order with the same id and %s', (_what, other) => {
    expect(() => place({ ...wish, ...other }, pending, catalogue, now)).toThrow(
      expect.objectContaining({ code: 'order_exists', status: 409 }),
    )
  })

  it('names the unknown and the retired products', () => {
    const refused = { code: 'unknown_product', status: 422 }
    expect(() => place(wish, undefined, new Map(), now)).toThrow(
      expect.objectContaining({
        ...refused,
        errors: [0, 1].map((index) => expect.objectContaining({ field: `items/${index}/productId` })),
      }),
    )
    expect(() => place(wish, undefined, changed(cable, { status: 'retired' }), now)).toThrow(
      expect.objectContaining({ ...refused, errors: [expect.objectContaining({ field: 'items/1/productId' })] }),
    )
  })

  it('takes one currency per order', () => {
    expect(() => place(wish, undefined, changed(cable, { currency: 'USD' }), now)).toThrow(
      expect.objectContaining({ code: 'mixed_currencies', status: 422, errors: [expect.objectContaining({ field: 'items/1/productId' })] }),
    )
  })

  it.each([
    ['a subtotal', Number.MAX_SAFE_INTEGER, 'items/1/quantity'],
    ['the total', Math.floor(Number.MAX_SAFE_INTEGER / 2), 'items/1/quantity'],
  ])('refuses what overflows %s', (_what, amount, field) => {
    expect(() => place(wish, undefined, changed(cable, { amount }), now)).toThrow(
      expect.objectContaining({ code: 'total_too_large', status: 422, errors: [expect.objectContaining({ field })] }),
    )
  })

  it('keeps lines of the same product apart', () => {
    const items = [
      { productId: keyboard, quantity: 1 },
      { productId: keyboard, quantity: 2 },
    ]
    expect(place({ ...wish, items }, undefined, catalogue, now).rows?.order).toMatchObject({
      amount: 3 * 7990,
      items: [{ quantity: 1 }, { quantity: 2 }],
    })
  })
})

describe('an OrderPlaced from the log', () => {
  it('is taken in when the order is unknown', () => {
    expect(adopt(placed, undefined)).toEqual({ rows: { order: pending } })
  })

  it('is ignored when it is the known one', () => {
    expect(adopt(placed, pending)).toEqual({ ignored: expect.any(String) })
  })

  it.each([
    ['user', { userId: bob }],
    ['total', { total: { amount: 1, currency: 'EUR' } }],
    ['currency', { total: { amount: 10970, currency: 'GBP' } }],
    ['goods', { items: placed.items.slice(1) }],
    ['quantity', { items: placed.items.map((item) => ({ ...item, quantity: 9 })) }],
  ] as const)('is refused when its %s differs from the known order', (_what, forged) => {
    expect(() => adopt({ ...placed, ...forged }, pending)).toThrow(expect.objectContaining({ code: 'forged_order' }))
  })

  it.each([
    ['total', { total: { amount: 1, currency: 'EUR' } }],
    ['currency', { total: { amount: 10970, currency: 'GBP' } }],
    ['subtotal', { items: placed.items.map((item) => ({ ...item, subtotal: { amount: 1, currency: 'EUR' as const } })) }],
  ] as const)('is refused when it is unknown and its %s does not add up', (_what, forged) => {
    expect(() => adopt({ ...placed, ...forged }, undefined)).toThrow(expect.objectContaining({ code: 'forged_total' }))
  })
})
