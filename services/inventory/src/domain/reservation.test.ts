import { StockRejected, StockReserved } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { byKey, cancelled, captured, failed, order, orderId, placesOf, stockOf } from '../../test/builders.ts'
import { commit, expire, giveBack, type Reservation, releaseUnpaid, reserve, type Status } from './reservation.ts'
import type { Stock } from './stock.ts'

const now = new Date('2026-11-21T10:00:00.000Z')
const facts = { now, newId: () => orderId }
const minute = 60_000

function given(stock: Stock[], lines: readonly (readonly [string, number])[] = [['kb', 2]], status: Status = 'held') {
  const decided = reserve(order(lines), { reservation: undefined, ...placesOf(byKey(...stock)) }, 15 * minute, facts)
  if (!('rows' in decided)) throw new Error('not reserved')
  const after = byKey(...stock, ...(decided.rows.stock ?? []))
  return { ...placesOf(after), reservation: { ...decided.rows.reservation, status } as Reservation }
}
const ignored = expect.objectContaining({ ignored: expect.any(String) })

describe('placing an order', () => {
  it('holds all lines and says until when', () => {
    const stock = byKey(stockOf('kb', 5), stockOf('mouse', 3))
    expect(
      reserve(
        order([
          ['mouse', 3],
          ['kb', 2],
        ]),
        { reservation: undefined, ...placesOf(stock) },
        15 * minute,
        facts,
      ),
    ).toMatchObject({
      rows: { reservation: { status: 'held' }, stock: [stockOf('kb', 3, 2), stockOf('mouse', 0, 3)] },
      events: [
        {
          event: StockReserved,
          data: {
            expiresAt: '2026-11-21T10:15:00.000Z',
            lines: [
              { sku: 'kb', quantity: 2 },
              { sku: 'mouse', quantity: 3 },
            ],
          },
        },
      ],
      arm: [{ timer: 'reservation-expires', inMs: 900_000 }],
    })
  })

  it('adds up the lines of one sku', () => {
    const stock = byKey(stockOf('kb', 5))
    expect(
      reserve(
        order([
          ['kb', 3],
          ['kb', 3],
        ]),
        { reservation: undefined, ...placesOf(stock) },
        minute,
        facts,
      ),
    ).toMatchObject({
      events: [{ data: { shortages: [{ sku: 'kb', requested: 6, available: 5 }] } }],
    })
  })

  it('holds nothing when one line is short, and keeps what was wanted', () => {
    const stock = byKey(stockOf('kb', 5))
    const decided = reserve(
      order([
        ['kb', 1],
        ['unheard-of', 1],
      ]),
      { reservation: undefined, ...placesOf(stock) },
      minute,
      facts,
    )
    expect(decided).toMatchObject({
      rows: { reservation: { status: 'rejected', lines: [], expiresAt: null } },
      events: [{ event: StockRejected, data: { shortages: [{ sku: 'unheard-of', requested: 1, available: 0 }] } }],
    })
    expect(decided).not.toHaveProperty('rows.stock')
    expect(decided).not.toHaveProperty('arm')
  })

  it.each(['held', 'rejected', 'committed', 'released', 'expired', 'restocked'] as const)(
    'ignores a repeated order once it is %s',
    (status) => {
      expect(reserve(order([['kb', 2]]), given([stockOf('kb', 5)], [['kb', 2]], status), minute, facts)).toEqual(ignored)
    },
  )

  it('knows a rejected order again by what it wanted, and refuses another one under its id', () => {
    const stock = byKey(stockOf('kb', 1))
    const decided = reserve(order([['kb', 2]]), { reservation: undefined, ...placesOf(stock) }, minute, facts)
    const rows = { ...placesOf(stock), reservation: 'rows' in decided ? decided.rows.reservation : undefined }
    expect(rows.reservation?.refused).toEqual([{ sku: 'kb', quantity: 2 }])
    expect(reserve(order([['kb', 2]]), rows, minute, facts)).toEqual(ignored)
    expect(() => reserve(order([['kb', 3]]), rows, minute, facts)).toThrow('another content')
  })

  it('holds a line in several warehouses, and knows the order again', () => {
    const rows = given([stockOf('main/kb', 1), stockOf('north/kb', 4)], [['kb', 5]])
    expect(rows.reservation.lines).toEqual([
      { sku: 'kb', warehouse: 'north', quantity: 4 },
      { sku: 'kb', warehouse: 'main', quantity: 1 },
    ])
    expect([...rows.stock.values()]).toEqual([stockOf('main/kb', 0, 1), stockOf('north/kb', 0, 4)])
    expect(reserve(order([['kb', 5]]), rows, minute, facts)).toEqual(ignored)
  })

  it('refuses an order that does not add up, as the order service and the payment do', () => {
    const rows = { reservation: undefined, ...placesOf(byKey(stockOf('kb', 5))) }
    const forged = order([['kb', 2]], { total: { amount: 1, currency: 'EUR' } })
    expect(() => reserve(forged, rows, minute, facts)).toThrow(expect.objectContaining({ code: 'forged_total' }))
  })

  it('refuses a second order of that id with other lines, another total or another user', () => {
    const rows = given([stockOf('kb', 5)])
    expect(() => reserve(order([['kb', 3]]), rows, minute, facts)).toThrow('another content')
    expect(() => reserve(order([['kb', 2]], { total: { amount: 1, currency: 'EUR' } }), rows, minute, facts)).toThrow('another content')
    expect(() => reserve(order([['kb', 2]], { userId: orderId }), rows, minute, facts)).toThrow('another content')
  })
})

describe('what becomes of a reservation', () => {
  // One row per state, one column per fact: what is left of 5 pieces, of which 2 were asked for, and what is said.
  const nothing = 'ignored'
  const expected: Record<Status, Record<'captured' | 'failed' | 'cancelled' | 'timer', string>> = {
    held: {
      captured: 'committed StockCommitted 3+0',
      failed: 'released StockReleased 5+0',
      cancelled: 'released StockReleased 5+0',
      timer: 'expired StockReservationExpired 5+0',
    },
    committed: { captured: nothing, failed: nothing, cancelled: 'restocked StockRestocked 5+0', timer: nothing },
    released: { captured: nothing, failed: nothing, cancelled: nothing, timer: nothing },
    expired: { captured: nothing, failed: nothing, cancelled: nothing, timer: nothing },
    restocked: { captured: nothing, failed: nothing, cancelled: nothing, timer: nothing },
    rejected: { captured: 'refused', failed: nothing, cancelled: nothing, timer: nothing },
  }
  const decide = {
    captured: (rows: ReturnType<typeof given>) => commit(captured(), rows),
    failed: (rows: ReturnType<typeof given>) => releaseUnpaid(failed(), rows),
    cancelled: (rows: ReturnType<typeof given>) => giveBack(cancelled(), rows),
    timer: (rows: ReturnType<typeof given>) => expire(rows),
  }
  const cases = Object.entries(expected).flatMap(([status, row]) =>
    Object.entries(row).map(([fact, what]) => ({ status: status as Status, fact: fact as keyof typeof decide, what })),
  )

  it.each(cases)('$status + $fact → $what', ({ status, fact, what }) => {
    const rows = given([stockOf('kb', 5)], [['kb', 2]], status)
    // What had left the warehouse is no longer in the row.
    if (status === 'committed') Object.assign(rows, { stock: byKey(stockOf('kb', 3)) })
    if (what === 'refused') return expect(() => decide[fact](rows)).toThrow('stock was rejected')
    const decided = decide[fact](rows)
    if (!('rows' in decided)) return expect(decided).toEqual(what === nothing ? ignored : what)
    const [kb] = decided.rows.stock
    expect(`${decided.rows.reservation.status} ${decided.events[0]?.event.type} ${kb?.available}+${kb?.reserved}`).toBe(what)
  })

  it.each(['captured', 'failed', 'cancelled'] as const)(
    'waits for the order when its payment or its end (%s) is heard of first',
    (fact) => {
      expect(decide[fact]({ ...placesOf(byKey()), reservation: undefined as unknown as Reservation })).toHaveProperty('notYet')
    },
  )

  it.each(['captured', 'failed', 'cancelled', 'timer'] as const)('moves each piece where it lies (%s)', (fact) => {
    const rows = given([stockOf('main/kb', 1), stockOf('north/kb', 4)], [['kb', 3]])
    const lines = [{ sku: 'kb', warehouse: 'north', quantity: 3 }]
    const left = fact === 'captured' ? [stockOf('north/kb', 1)] : [stockOf('north/kb', 4)]
    expect(decide[fact](rows)).toMatchObject({ rows: { stock: left }, events: [{ data: { lines } }] })
  })

  it('puts what comes back into the warehouses that it came from', () => {
    const { reservation } = given([stockOf('main/kb', 1), stockOf('north/kb', 4)], [['kb', 5]], 'committed')
    const stock = byKey(stockOf('main/kb', 0), stockOf('north/kb', 0), stockOf('south/kb', 50))
    expect(giveBack(cancelled(), { reservation, stock })).toMatchObject({
      rows: { stock: [stockOf('north/kb', 4), stockOf('main/kb', 1)] },
    })
  })

  it('tells why the stock was released', () => {
    const rows = given([stockOf('kb', 5)])
    expect(releaseUnpaid(failed(), rows)).toMatchObject({
      events: [{ data: { cause: 'payment_failed' } }],
      disarm: ['reservation-expires'],
    })
    expect(giveBack(cancelled(), rows)).toMatchObject({ events: [{ data: { cause: 'order_cancelled' } }], disarm: ['reservation-expires'] })
  })

  it('refuses facts that name another user, amount or currency than the order', () => {
    const rows = given([stockOf('kb', 5)])
    expect(() => commit(captured({ amount: { amount: 1, currency: 'EUR' } }), rows)).toThrow('costs 4560 EUR, not 1 EUR')
    expect(() => commit(captured({ amount: { amount: 4560, currency: 'USD' } }), rows)).toThrow('not 4560 USD')
    expect(() => releaseUnpaid(failed({ userId: orderId }), rows)).toThrow('another user')
    expect(() => giveBack(cancelled({ userId: orderId }), rows)).toThrow('another user')
  })
})
