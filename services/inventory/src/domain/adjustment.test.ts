import { StockLevelChanged } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { orderId, stockOf, total, userId } from '../../test/builders.ts'
import { deduct, restock } from './adjustment.ts'
import { maxWarehouses, productKnown } from './article.ts'
import { maxPieces } from './stock.ts'
import { setWarehouse } from './warehouse.ts'

const facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => orderId }
const input = { adjustmentId: orderId, sku: 'kb', warehouse: 'main', quantity: 4, adjustedBy: userId }

const known = { article: { sku: 'kb', warehouses: ['main'] }, warehouse: { warehouse: 'main', priority: 1 } }
const none = { adjustment: undefined, stock: undefined }

describe('changing the stock by hand', () => {
  it('makes the row of a sku that had no stock in that warehouse, and tells those who place orders of it', () => {
    expect(restock(input, { ...known, ...none, article: { sku: 'kb', warehouses: ['north'] } }, facts)).toMatchObject({
      rows: { stock: stockOf('kb', 4), article: { sku: 'kb', warehouses: ['north', 'main'] } },
      events: [{ event: StockLevelChanged, data: { sku: 'kb', available: 4, reserved: 0, total: 4, cause: 'restock' } }],
    })
    expect(restock(input, { ...known, adjustment: undefined, stock: stockOf('kb', 1) }, facts)).not.toHaveProperty('rows.article')
  })

  it('leaves what is reserved alone', () => {
    expect(deduct(input, { adjustment: undefined, stock: stockOf('kb', 5, 3) }, facts)).toMatchObject({
      rows: { stock: stockOf('kb', 1, 3) },
    })
    expect(() => deduct(input, { adjustment: undefined, stock: stockOf('kb', 3, 3) }, facts)).toThrow('too little')
  })

  it('does a repeated request once, and refuses another one under its id', () => {
    const first = restock(input, { ...known, ...none }, facts)
    if (!('rows' in first)) throw new Error('not restocked')
    const rows = { ...known, ...first.rows }
    expect(restock(input, rows, facts)).toEqual({ reply: stockOf('kb', 4) })
    expect(() => restock({ ...input, quantity: 5 }, rows, facts)).toThrow('was another one')
    expect(() => deduct(input, rows, facts)).toThrow('was another one')
  })

  it('takes nothing for a sku that the catalogue does not have, or into a warehouse that nobody opened', () => {
    const refused = (rows: Parameters<typeof restock>[1]) => expect(() => restock(input, rows, facts))
    refused({ ...known, ...none, article: undefined }).toThrow(
      expect.objectContaining({ code: 'sku_not_found', errors: [{ field: 'sku', expected: 'a sku of the catalogue' }] }),
    )
    refused({ ...known, ...none, warehouse: undefined }).toThrow(
      expect.objectContaining({ code: 'unknown_warehouse', errors: [{ field: 'warehouse', expected: 'a warehouse that was opened' }] }),
    )
  })

  it('puts a sku into so many warehouses at most that one event can name all of them', () => {
    const everywhere = { sku: 'kb', warehouses: Array.from({ length: maxWarehouses }, (_, n) => `w${n}`) }
    expect(() => restock(input, { ...known, ...none, article: everywhere }, facts)).toThrow('10 warehouses already')
  })

  it('knows no stock to deduct from, and none beyond what the column holds', () => {
    expect(() => deduct(input, none, facts)).toThrow('no stock of kb')
    expect(() => restock(input, { ...known, adjustment: undefined, stock: stockOf('kb', maxPieces) }, facts)).toThrow('cannot hold more')
  })
})

describe('the warehouses', () => {
  it('are opened, and get another priority, and say so; the same again is no change', () => {
    const north = { warehouse: 'north', priority: 2 }
    expect(setWarehouse(north, undefined)).toMatchObject({ rows: { warehouse: north }, events: [{ data: north }] })
    expect(setWarehouse({ ...north, priority: 1 }, north)).toMatchObject({ events: [{ data: { priority: 1 } }] })
    expect(setWarehouse(north, north)).toEqual({ reply: north })
  })

  it('learn of a sku from the catalogue, once', () => {
    const product = { productId: orderId, sku: 'kb', name: 'A keyboard', category: 'Keyboards', price: total, status: 'active' } as const
    expect(productKnown(product, undefined)).toEqual({ rows: { article: { sku: 'kb', warehouses: [] } } })
    expect(productKnown(product, known.article)).toHaveProperty('ignored')
  })
})
