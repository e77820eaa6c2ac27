import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byKey, placesOf, stockOf } from '../../test/builders.ts'
import { allocate } from './allocation.ts'

const kb = (quantity: number) => [{ sku: 'kb', quantity }]
const line = (warehouse: string, quantity: number, sku = 'kb') => ({ sku, warehouse, quantity })

describe('where the goods of an order come from', () => {
  const stock = byKey(stockOf('main/kb', 2), stockOf('north/kb', 5), stockOf('south/kb', 9))

  it('is the warehouse that comes first, as long as it has enough', () => {
    expect(allocate(kb(2), placesOf(stock, { main: 1, north: 2, south: 2 }))).toEqual({ lines: [line('main', 2)] })
    expect(allocate(kb(2), placesOf(stock, { main: 3, north: 2, south: 3 }))).toEqual({ lines: [line('north', 2)] })
  })

  it('is the one that has the most, of equals', () => {
    expect(allocate(kb(2), placesOf(stock))).toEqual({ lines: [line('south', 2)] })
  })

  it('is several, where the first one has too little', () => {
    expect(allocate(kb(12), placesOf(stock, { main: 1, north: 2, south: 2 }))).toEqual({
      lines: [line('main', 2), line('south', 9), line('north', 1)],
    })
  })

  it('leaves out warehouses that have nothing', () => {
    const empty = byKey(stockOf('main/kb', 0, 4), stockOf('north/kb', 3))
    expect(allocate(kb(3), placesOf(empty, { main: 1, north: 2 }))).toEqual({ lines: [line('north', 3)] })
  })

  it('is nowhere when one sku is short in all of them together, and says of how much', () => {
    const places = placesOf(byKey(...stock.values(), stockOf('north/mouse', 1)))
    const wanted = [...kb(16), { sku: 'mouse', quantity: 3 }, { sku: 'unheard-of', quantity: 1 }]
    expect(allocate(wanted, places)).toEqual({
      shortages: [
        { sku: 'mouse', requested: 3, available: 1 },
        { sku: 'unheard-of', requested: 1, available: 0 },
      ],
    })
  })

  it('gives what is wanted, no more than there is of it anywhere, and is the same however the rows come', () => {
    const some = fc.integer({ min: 0, max: 5 })
    const rows = fc.tuple(some, some, some, fc.constantFrom('a', 'b', 'c'))
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 12 }), ([a, b, c, first], quantity) => {
        const stocks = [stockOf('a/kb', a), stockOf('b/kb', b), stockOf('c/kb', c)]
        const found = allocate(kb(quantity), placesOf(byKey(...stocks), { [first]: 0 }))
        expect(allocate(kb(quantity), placesOf(byKey(...stocks.toReversed()), { [first]: 0 }))).toEqual(found)
        expect('lines' in found).toBe(a + b + c >= quantity)
        if (!('lines' in found)) return
        expect(found.lines.reduce((sum, each) => sum + each.quantity, 0)).toBe(quantity)
        for (const { warehouse, quantity: taken } of found.lines) {
          expect(taken).toBeGreaterThan(0)
          expect(taken).toBeLessThanOrEqual(stocks.find((each) => each.warehouse === warehouse)?.available ?? 0)
        }
        // The favourite is empty before any other is asked.
        const favourite = stocks.find(({ warehouse }) => warehouse === first)?.available ?? 0
        const fromFirst = found.lines.find(({ warehouse }) => warehouse === first)?.quantity ?? 0
        expect(fromFirst).toBe(Math.min(favourite, quantity))
      }),
    )
  })
})
