import { StockLevelChanged } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { orderId, stockOf, userId } from '../../test/builders.ts'
import { adjust } from './adjustment.ts'
import { maxPieces } from './stock.ts'

const facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => orderId }
const input = { adjustmentId: orderId, sku: 'kb', warehouse: 'main', quantity: 4, adjustedBy: userId }

describe('changing the stock by hand', () => {
  it('makes the row of a sku that never had stock', () => {
    expect(adjust('restock', input, { adjustment: undefined, stock: undefined }, facts)).toMatchObject({
      rows: { stock: stockOf('kb', 4) },
      events: [{ event: StockLevelChanged, data: { sku: 'kb', available: 4, reserved: 0, total: 4, cause: 'restock' } }],
    })
  })

  it('leaves what is reserved alone', () => {
    expect(adjust('deduct', input, { adjustment: undefined, stock: stockOf('kb', 5, 3) }, facts)).toMatchObject({
      rows: { stock: stockOf('kb', 1, 3) },
    })
    expect(() => adjust('deduct', input, { adjustment: undefined, stock: stockOf('kb', 3, 3) }, facts)).toThrow('too little')
  })

  it('does a repeated request once, and refuses another one under its id', () => {
    const first = adjust('restock', input, { adjustment: undefined, stock: undefined }, facts)
    const rows = { adjustment: first.rows?.adjustment, stock: first.rows?.stock }
    expect(adjust('restock', input, rows, facts)).toEqual({ reply: stockOf('kb', 4) })
    expect(() => adjust('restock', { ...input, quantity: 5 }, rows, facts)).toThrow('was another one')
    expect(() => adjust('deduct', input, rows, facts)).toThrow('was another one')
  })

  it('knows no stock to deduct from, and none beyond what the column holds', () => {
    expect(() => adjust('deduct', input, { adjustment: undefined, stock: undefined }, facts)).toThrow('no stock of kb')
    expect(() => adjust('restock', input, { adjustment: undefined, stock: stockOf('kb', maxPieces) }, facts)).toThrow('cannot hold more')
  })
})
