import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleOf } from '../src/examples.ts'
import { type EventKind, eventByType, events, OrderPlaced, StockReserved } from '../src/index.ts'

type Json = Record<string, unknown>
const example = (event: EventKind): Json => exampleOf(event)
const fieldsOf = (event: EventKind, data: unknown) => event.validate(data).map(({ field }) => field)

/** Every place of a value in it, as `items/0/quantity`. */
function places(value: unknown, at = ''): { path: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path: at, value }]
  return Object.entries(value).flatMap(([key, inner]) => places(inner, at === '' ? key : `${at}/${key}`))
}

/** A copy with one place changed. */
function withPlace(value: unknown, path: string, change: unknown): unknown {
  const copy = structuredClone(value)
  const keys = path.split('/')
  const last = keys.pop() ?? ''
  const holder = keys.reduce<Json>((inner, key) => inner[key] as Json, copy as Json)
  holder[last] = change
  return copy
}

describe.each(events.map((event) => [event.type, event] as const))('%s', (_, event) => {
  it('accepts its example', () => {
    expect(event.validate(example(event))).toEqual([])
    expect(event.topic).toBe(`${event.source}.events`)
    expect(example(event)).toHaveProperty(event.sagaField)
  })

  it('refuses a field that it does not know', () => {
    expect(fieldsOf(event, { ...example(event), status: 'confirmed', role: 'admin' })).toContain('role')
    expect(fieldsOf(event, JSON.parse(JSON.stringify(example(event)).replace('{', '{"__proto__":1,')))).toContain('__proto__')
  })

  it('refuses data without one of its fields', () => {
    for (const name of Object.keys(example(event)).filter((key) => key !== 'detail' || event.type !== 'PaymentFailed')) {
      const { [name]: _, ...others } = example(event)
      expect(event.validate(others)).toContainEqual({ field: name, expected: 'a value' })
    }
  })

  it('refuses numbers that are negative, fractional, too large or texts, and names their place', () => {
    for (const { path } of places(example(event)).filter(({ value }) => typeof value === 'number'))
      for (const wrong of [-1, 1.5, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN, '1', null])
        expect(fieldsOf(event, withPlace(example(event), path, wrong)), `${path} = ${wrong}`).toContain(path)
  })

  it('refuses ids in upper case, NUL and half characters, and other currencies', () => {
    for (const { path, value } of places(example(event)).filter(({ value }) => typeof value === 'string')) {
      const wrong = [
        '\u0000',
        '\ud800',
        '',
        ...(path.endsWith('Id') ? [String(value).toUpperCase(), `urn:uuid:${value}`] : []),
        'x'.repeat(5000),
      ]
      const free = /(?:detail|message)$/.test(path)
      for (const text of wrong.filter((text) => !free || text !== ''))
        expect(fieldsOf(event, withPlace(example(event), path, text)), `${path} = ${text.slice(0, 40)}`).toContain(path)
    }
  })

  it('answers to anything that JSON can say without an exception', () => {
    const anything = fc.jsonValue({ maxDepth: 3 })
    const somewhere = fc.constantFrom(...places(example(event)).map(({ path }) => path))
    fc.assert(
      fc.property(anything, (data) => event.validate(data).length > 0),
      { numRuns: 30 },
    )
    fc.assert(
      fc.property(somewhere, anything, (path, wrong) => {
        for (const { field } of event.validate(withPlace(example(event), path, wrong))) expect(`${field}/`).toContain(path)
      }),
      { numRuns: 60 },
    )
  })
})

describe('an order', () => {
  const order = () => example(OrderPlaced)

  it('is told every wrong field at once', () => {
    const wrong = ['items/0/quantity', 'total/amount', 'shippingAddress/country', 'placedAt'].reduce<unknown>(
      (data, path) => withPlace(data, path, -1),
      order(),
    )
    expect(new Set(fieldsOf(OrderPlaced, wrong))).toEqual(
      new Set(['items/0/quantity', 'total/amount', 'shippingAddress/country', 'placedAt']),
    )
    expect(OrderPlaced.validate(withPlace(order(), 'items/0/quantity', 1001))).toEqual([
      { field: 'items/0/quantity', expected: 'at most 1000' },
    ])
    expect(OrderPlaced.validate(withPlace(order(), 'total/currency', 'XBT'))).toEqual([
      { field: 'total/currency', expected: 'one of EUR, USD, GBP' },
    ])
  })

  it('has between 1 and 100 lines', () => {
    const [line] = order()['items'] as unknown[]
    expect(OrderPlaced.validate({ ...order(), items: [] })).toEqual([{ field: 'items', expected: 'at least 1 items' }])
    expect(OrderPlaced.validate({ ...order(), items: Array(101).fill(line) })).toEqual([{ field: 'items', expected: 'at most 100 items' }])
  })

  it('has a real moment in UTC', () => {
    const moments = ['2026-02-29T10:00:00Z', '2026-13-01T10:00:00Z', '2026-11-20T24:00:00Z', '2026-11-20T10:00:00+01:00', '2026-11-20', '0']
    for (const placedAt of moments) expect(fieldsOf(OrderPlaced, { ...order(), placedAt }), placedAt).toContain('placedAt')
    for (const placedAt of ['2028-02-29T10:00:00Z', '2026-12-31T23:59:59.999999Z'])
      expect(OrderPlaced.validate({ ...order(), placedAt })).toEqual([])
  })

  // fault: dates
  it('has a moment of this time, that clocks show and databases hold', () => {
    const wrong = [
      '0000-01-01T00:00:00Z',
      '0000-12-31T23:59:59.999Z',
      '0001-01-01T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '1999-12-31T23:59:59Z',
    ]
    for (const placedAt of [...wrong, '2200-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2100-02-29T00:00:00Z'])
      expect(OrderPlaced.validate({ ...order(), placedAt }), placedAt).toEqual([
        { field: 'placedAt', expected: 'an ISO 8601 date and time from 2000 to 2199' },
      ])
    for (const placedAt of ['2000-01-01T00:00:00Z', '2000-02-29T00:00:00Z', '2104-02-29T00:00:00Z', '2199-12-31T23:59:59.999Z'])
      expect(OrderPlaced.validate({ ...order(), placedAt }), placedAt).toEqual([])
  })

  it('with a million lines of rubbish, or a field name of a megabyte, costs no megabytes of errors', () => {
    expect(OrderPlaced.validate({ ...order(), items: Array(1_000_000).fill(1) })).toHaveLength(100)
    expect(fieldsOf(OrderPlaced, { ...order(), ['x'.repeat(1_000_000)]: 1 })[0]?.length).toBeLessThan(300)
  })
})

it('makes an emission of the descriptor when it is called', () => {
  const data = exampleOf(StockReserved)
  expect(StockReserved(data)).toEqual({ event: StockReserved, data })
})

it('finds a kind by its name, and nothing by an inherited one', () => {
  expect(eventByType.get('OrderPlaced')).toBe(OrderPlaced)
  expect(eventByType.get('constructor')).toBeUndefined()
  expect(eventByType.size).toBe(events.length)
})

it('gives a fresh example each time', () => {
  expect(exampleOf(OrderPlaced)).toEqual(exampleOf(OrderPlaced))
  expect(exampleOf(OrderPlaced)).not.toBe(exampleOf(OrderPlaced))
})
