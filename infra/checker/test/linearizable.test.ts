import { mkdtempSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkLinearizable, type StockOperation, stockHistory, type TimedEvent } from '../src/index.ts'

const pictures = mkdtempSync(join(tmpdir(), 'murmuration-porcupine-'))
afterAll(() => rm(pictures, { recursive: true, force: true }))

// Building takes some seconds the first time.
const verdict = (operations: readonly StockOperation[], timeoutMs = 20_000) => checkLinearizable(operations, { timeoutMs, pictures })
const slow = { timeout: 300_000 }

type Told = Partial<StockOperation> & Pick<StockOperation, 'kind' | 'call' | 'return'>
const moved = (quantity: number, warehouse = 'main') => ({ warehouse, quantity, available: -1, reserved: -1 })
const level = (available: number, reserved: number, warehouse = 'main') => ({ warehouse, quantity: 0, available, reserved })
const pen = (rest: Told): StockOperation => ({ sku: 'pen', saga: 's', places: [moved(1)], wanted: 0, seen: 0, ...rest })
const twoPens = pen({ kind: 'restock', call: 0, return: 1, places: [level(2, 0)] })

describe('histories of a stock', slow, () => {
  it('accepts concurrent operations that some order explains', async () => {
    const history = [
      twoPens,
      pen({ kind: 'reserve', call: 10, return: 30 }),
      pen({ kind: 'reserve', call: 11, return: 29 }),
      // Refused while both were held, though it began before the first was.
      pen({ kind: 'reject', call: 9, return: 28, places: [], wanted: 1, seen: 0 }),
      pen({ kind: 'release', call: 31, return: 40 }),
      pen({ kind: 'commit', call: 32, return: 40 }),
      pen({ kind: 'read', call: 50, return: 50, places: [level(1, 0)] }),
    ]
    expect(await verdict(history)).toEqual({
      verdicts: { ok: 1, illegal: 0, unknown: 0 },
      skus: [{ sku: 'pen', operations: 7, result: 'ok' }],
    })
  })

  it('finds what no order explains, a third piece of two, and draws a picture', async () => {
    const thrice = [10, 11, 12].map((call) => pen({ kind: 'reserve', call, return: 30 }))
    const { verdicts, skus } = await verdict([twoPens, ...thrice, { ...twoPens, sku: 'ink' }])
    expect(verdicts).toEqual({ ok: 1, illegal: 1, unknown: 0 })
    expect(skus.map(({ sku, result }) => `${sku} ${result}`)).toEqual(['ink ok', 'pen illegal'])
    expect(await readFile(String(skus[1]?.picture), 'utf8')).toContain('<html')
  })

  it('finds a refusal that saw a stock which never was', async () => {
    const history = [twoPens, pen({ kind: 'reject', call: 10, return: 20, places: [], wanted: 5, seen: 1 })]
    expect(await verdict(history)).toMatchObject({ verdicts: { illegal: 1 } })
  })

  it('takes what happens in several warehouses for one moment', async () => {
    const north = pen({ kind: 'restock', call: 2, return: 3, places: [level(1, 0, 'north')] })
    const both = pen({ kind: 'reserve', call: 10, return: 20, places: [moved(2), moved(1, 'north')] })
    const refused = (seen: number) => pen({ kind: 'reject', call: 21, return: 30, places: [], wanted: 1, seen })
    expect(await verdict([twoPens, north, both, refused(0)])).toMatchObject({ verdicts: { ok: 1 } })
    expect(await verdict([twoPens, north, both, refused(1)])).toMatchObject({ verdicts: { illegal: 1 } })
    // There were two of three left when it was refused, though the main warehouse had none.
    const early = pen({ kind: 'reject', call: 4, return: 5, places: [], wanted: 3, seen: 2 })
    expect(await verdict([twoPens, north, early])).toMatchObject({ verdicts: { illegal: 1 } })
    // A reservation that saw only one of its warehouses' pieces.
    const twice = pen({ kind: 'reserve', call: 10, return: 20, places: [moved(1, 'north')] })
    expect(await verdict([twoPens, north, twice, both])).toMatchObject({ verdicts: { illegal: 1 } })
  })

  it('says that it does not know when the time is up, and knows the short ones all the same', async () => {
    const many = Array.from({ length: 24 }, (_, index) => pen({ kind: 'restock', call: 0, return: 100, places: [level(index, 0)] }))
    const hard = Array.from({ length: 40 }, (_, index) => pen({ kind: 'reserve', call: 0, return: 100, places: [moved(1 + (index % 7))] }))
    const never = pen({ kind: 'read', call: 100, return: 100, places: [level(1_000, 999)] })
    const history = [...many, ...hard, never, { ...twoPens, sku: 'ink' }]
    expect(await verdict(history, 50)).toMatchObject({ verdicts: { ok: 1, illegal: 0, unknown: 1 } })
  })
})

describe('the history that the log tells', () => {
  const stock = { stockKey: 'main/pen', sku: 'pen', warehouse: 'main', available: 1, reserved: 0, total: 1 }
  const event = (id: string, type: string, timestamp: number, causationId?: string, data?: object): TimedEvent => ({
    id,
    type,
    sagaId: 's',
    causationId,
    timestamp,
    data,
  })
  const lines = [{ sku: 'pen', warehouse: 'main', quantity: 1 }]
  const told = [
    event('l', 'StockLevelChanged', 5, undefined, { ...stock, cause: 'restock' }),
    event('p', 'OrderPlaced', 10),
    event('r', 'StockReserved', 14, 'p', { lines }),
    event('r', 'StockReserved', 19, 'p', { lines }),
    event('x', 'StockReservationExpired', 40, undefined, { lines }),
  ]
  const spans = (events: readonly TimedEvent[]) =>
    stockHistory(events, [stock]).map(({ kind, call, return: end }) => `${kind} ${call}–${end}`)

  it('has each operation between its cause and its event, and the stock as it is in the end', () => {
    expect(spans(told)).toEqual(['restock 5–5', 'reserve 10–14', 'release 5–40', 'read 41–41'])
  })

  it('tells of one operation for all warehouses of a sku, and of one for each sku', () => {
    const split = [...lines, { sku: 'pen', warehouse: 'north', quantity: 2 }, { sku: 'ink', warehouse: 'north', quantity: 3 }]
    const [pens, ink] = stockHistory([event('r', 'StockReserved', 14, undefined, { lines: split })], [])
    expect([pens?.places.map(({ warehouse, quantity }) => `${quantity} ${warehouse}`), ink?.places.length]).toEqual([
      ['1 main', '2 north'],
      1,
    ])
  })

  it('lets an operation be at any time when clocks contradict each other', () => {
    expect(spans([event('p', 'OrderPlaced', 90), ...told.slice(2, 3)])).toEqual(['reserve 14–90', 'read 91–91'])
  })
})
