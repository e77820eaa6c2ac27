import { describe, expect, it } from 'vitest'
import { type Product, priceChanged, productCreated, productRestated, productRetired } from './catalogue.ts'

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

  describe('when the product service tells it again', () => {
    const restated = (time: string, more: object = {}) => ({
      time,
      data: { productId, sku: 'MUG', name: 'Mug', category: 'kitchen', price: euros(800), status: 'active' as const, ...more },
    })
    const now = { ...known, amount: 800, changedAt: later }

    it('takes in a product whose creation it has missed, and a price', () => {
      expect(productRestated(restated(later), undefined)).toEqual({ rows: { product: now } })
      expect(productRestated(restated(later), known)).toEqual({ rows: { product: now } })
      expect(productRestated(restated(later, { status: 'retired' }), known)).toEqual({ rows: { product: { ...now, status: 'retired' } } })
    })

    it('keeps what is newer', () => {
      expect(productRestated(restated('2026-11-01T00:00:00.000Z'), known)).toEqual({ ignored: expect.any(String) })
    })

    it('lets nothing that was missed and comes late bring an old price back, also where nothing differed', () => {
      const same = productRestated(restated(later, { price: euros(900) }), known)
      expect(same).toEqual({ rows: { product: { ...known, changedAt: later } } })
      const missed = change(900, 700, '2026-11-02T12:00:00.000Z')
      expect(priceChanged(missed, { ...known, changedAt: later })).toEqual({ ignored: expect.any(String) })
    })

    it('refuses another sku', () => {
      expect(() => productRestated(restated(later, { sku: 'CUP' }), known)).toThrow(expect.objectContaining({ code: 'forged_product' }))
    })
  })

  it('refuses another sku for a known product, and facts about a product that was never created', () => {
    expect(() => productRetired({ time: later, data: { productId, sku: 'CUP' } }, known)).toThrow(
      expect.objectContaining({ code: 'forged_product' }),
    )
    expect(() => priceChanged(change(900, 800, later), undefined)).toThrow(expect.objectContaining({ code: 'unknown_product' }))
  })
})
