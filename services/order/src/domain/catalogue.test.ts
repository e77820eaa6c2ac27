import { describe, expect, it } from 'vitest'
import { type Product, priceChanged, productCreated, productRetired } from './catalogue.ts'

const euros = (amount: number) => ({ amount, currency: 'EUR' as const })
const productId = '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02'
const known: Product = { productId, sku: 'MUG', name: 'Mug', ...euros(900), status: 'active', changedAt: '2026-11-02T00:00:00.000Z' }
const change = (from: number, to: number, time: string) => ({
  time,
  data: { productId, sku: 'MUG', price: euros(to), previous: euros(from) },
})
const later = '2026-11-03T00:00:00.000Z'

describe('the catalogue projection', () => {
  it('takes a new product in, once', () => {
    const created = {
      time: known.changedAt,
      data: { productId, sku: 'MUG', name: 'Mug', category: 'kitchen', price: euros(900), status: 'active' as const },
    }
    expect(productCreated(created, undefined)).toEqual({ rows: { product: known } })
    expect(productCreated(created, known)).toEqual({ ignored: expect.any(String) })
  })

  it('takes a newer price, and no older one', () => {
    expect(priceChanged(change(900, 800, later), known)).toMatchObject({ rows: { product: { amount: 800, changedAt: later } } })
    expect(priceChanged(change(700, 900, '2026-11-01T00:00:00.000Z'), known)).toEqual({ ignored: expect.any(String) })
  })

  it('tells two changes in one millisecond apart by what they change from', () => {
    expect(priceChanged(change(900, 800, known.changedAt), known)).toMatchObject({ rows: { product: { amount: 800 } } })
    expect(priceChanged(change(700, 800, known.changedAt), known)).toEqual({ ignored: expect.any(String) })
  })

  it('stays retired', () => {
    const retired = { ...known, status: 'retired' as const, changedAt: later }
    expect(productRetired({ time: later, data: { productId, sku: 'MUG' } }, known)).toEqual({ rows: { product: retired } })
    expect(productRetired({ time: later, data: { productId, sku: 'MUG' } }, retired)).toEqual({ ignored: expect.any(String) })
    expect(priceChanged(change(900, 800, '2026-11-04T00:00:00.000Z'), retired)).toEqual({ ignored: expect.any(String) })
  })

  it('refuses another sku for a known product, and facts about a product that was never created', () => {
    expect(() => productRetired({ time: later, data: { productId, sku: 'CUP' } }, known)).toThrow(
      expect.objectContaining({ code: 'forged_product' }),
    )
    expect(() => priceChanged(change(900, 800, later), undefined)).toThrow(expect.objectContaining({ code: 'unknown_product' }))
  })
})
