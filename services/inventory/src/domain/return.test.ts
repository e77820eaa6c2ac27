import { describe, expect, it } from 'vitest'
import { byKey, orderId, returned, stockOf, userId } from '../../test/builders.ts'
import type { Reservation } from './reservation.ts'
import { takeBack } from './return.ts'

const reservation: Reservation = {
  orderId,
  userId,
  amount: 5000,
  currency: 'EUR',
  status: 'committed',
  lines: [
    { sku: 'kb', warehouse: 'main', quantity: 2 },
    { sku: 'mouse', warehouse: 'main', quantity: 1 },
    { sku: 'kb', warehouse: 'north', quantity: 1 },
  ],
  refused: [],
  returns: [],
  expiresAt: null,
}
const north = { ...stockOf('kb', 0), stockKey: 'north/kb', warehouse: 'north' }
const stock = byKey(stockOf('kb', 3), stockOf('mouse', 0), north)
const back = (lines: Parameters<typeof returned>[0], known = reservation, more: Parameters<typeof returned>[1] = {}) =>
  takeBack(returned(lines, more), { reservation: known, stock })

describe('goods of a return', () => {
  it('go back into the warehouses that they came from', () => {
    expect(back([['kb', 3]])).toMatchObject({
      rows: {
        stock: [
          { stockKey: 'main/kb', available: 5, total: 5 },
          { stockKey: 'north/kb', available: 1, total: 1 },
        ],
      },
      events: [
        {
          data: {
            lines: [
              { sku: 'kb', warehouse: 'main', quantity: 2 },
              { sku: 'kb', warehouse: 'north', quantity: 1 },
            ],
          },
        },
      ],
    })
  })

  it('go back once for a return, and with the next one from where the first one has left off', () => {
    const first = back([['kb', 2]])
    const after = 'rows' in first ? first.rows.reservation : reservation
    expect(back([['kb', 2]], after)).toEqual({ ignored: expect.stringContaining('repeated') })
    const next = back([['kb', 1]], after, { returnId: userId })
    expect(next).toMatchObject({ events: [{ data: { lines: [{ sku: 'kb', warehouse: 'north', quantity: 1 }] } }] })
    expect(() => back([['kb', 2]], after, { returnId: userId })).toThrow(expect.objectContaining({ code: 'forged_return' }))
  })

  it('count once when a sku is named twice', () => {
    const twice = [
      ['kb', 2],
      ['kb', 1],
    ] as const
    expect(back(twice)).toMatchObject({ rows: { stock: [{ total: 5 }, { total: 1 }] } })
  })

  it.each([
    ['never sold', [['cup', 1]], {}, 'forged_return'],
    ['more than were sold', [['kb', 4]], {}, 'forged_return'],
    ['another user’s', [['kb', 1]], { userId: orderId }, 'forged_event'],
  ] as const)('are refused when they are %s', (_what, lines, more, code) => {
    expect(() => back(lines, reservation, more)).toThrow(expect.objectContaining({ code }))
  })

  it.each(['held', 'released', 'expired', 'restocked', 'rejected'] as const)('are refused of a reservation that is %s', (status) => {
    expect(() => back([['kb', 1]], { ...reservation, status })).toThrow(expect.objectContaining({ code: 'impossible_fact' }))
  })

  it('wait for their order', () => {
    expect(takeBack(returned([['kb', 1]]), { reservation: undefined, stock })).toEqual({ notYet: expect.any(String) })
  })
})
