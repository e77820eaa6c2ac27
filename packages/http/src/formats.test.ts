import { type EventKind, OrderFailed, OrderPlaced, ProductCreated, StockLevelChanged, UserRegistered } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { countries } from './countries.ts'
import * as formats from './formats.ts'

const nasty = [
  '',
  '-',
  '.',
  '..',
  '@',
  '_',
  '+',
  ' ',
  '\0',
  '\t',
  '\n',
  '\u0085',
  '\u2028',
  '\ud800',
  'İ',
  'K',
  'ſ',
  'é',
  'e\u0301',
  '😀',
  '\u200b',
  '٣',
  'Z',
  '0',
]
const long = fc.integer({ min: 1, max: 300 }).map((length) => 'a'.repeat(length))
/** What is like the examples, but not quite: a piece of each is replaced. */
const near = (examples: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...examples),
      fc.nat(60),
      fc.nat(10),
      fc.oneof(fc.constantFrom(...nasty), long, fc.string({ unit: 'binary', maxLength: 3 })),
    )
    .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut))
const values = (examples: readonly string[]) =>
  fc.oneof(
    { weight: 8, arbitrary: near(examples) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
    { weight: 1, arbitrary: long },
  )

/** Whether an event takes a value in one of its fields. */
function takes(event: EventKind, field: string, value: unknown): boolean {
  const data = exampleOf(event) as Record<string, unknown>
  const [last = '', ...path] = field.split('/').reverse()
  const holder = path.reverse().reduce((at, step) => at[step] as Record<string, unknown>, data)
  holder[last] = value
  return !event.validate(data).some((wrong) => wrong.field === field)
}

const pairs: [string, z.ZodType, EventKind, string, string[]][] = [
  [
    'e-mail address',
    formats.email,
    UserRegistered,
    'email',
    ['ada@example.org', 'a.b+c@x-y.example.co', 'a@1.example', "o'neil@xn--80ak6aa92e.xn--p1ai"],
  ],
  ['user name', formats.username, UserRegistered, 'username', ['ada', 'Ada_L.-9']],
  ['name', formats.line(200), UserRegistered, 'fullName', ['Ada Lovelace', ' Ada']],
  ['line of an address', formats.line(100), OrderPlaced, 'shippingAddress/city', ['London']],
  ['country', formats.country, OrderPlaced, 'shippingAddress/country', ['GB', 'DE']],
  [
    'id',
    formats.id,
    OrderPlaced,
    'items/0/productId',
    ['019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02', '019A9D3E-0B11-7C02-8F3A-1E4D5C6B7A02', '00000000-0000-0000-0000-000000000000'],
  ],
  [
    'moment',
    formats.moment,
    OrderPlaced,
    'placedAt',
    ['2026-11-20T14:02:10.500Z', '2024-02-29T00:00:00Z', '2026-02-29T23:59:59.123456789Z', '2026-11-20T24:00:00Z'],
  ],
  ['payment method', formats.paymentMethod, OrderPlaced, 'payment/method', ['credit_card', 'decline']],
  ['currency', formats.currency, OrderPlaced, 'total/currency', ['EUR', 'USD', 'XXX']],
  ['sku', formats.sku, ProductCreated, 'sku', ['KB-87-ISO-DE', 'a']],
  ['warehouse', formats.warehouse, StockLevelChanged, 'warehouse', ['main', 'A_1-b']],
  ['reason', formats.note(500), OrderFailed, 'reason', ['parked for ever\nreally']],
]

describe.each(pairs)('any %s', (_name, format, event, field, examples) => {
  // fault: formats
  it('that a request may have is one that the events take', () => {
    let taken = 0
    const property = fc.property(values(examples), (value) => {
      const parsed = format.safeParse(value)
      if (!parsed.success) return
      taken++
      expect(takes(event, field, parsed.data)).toBe(true)
    })
    fc.assert(property, { numRuns: 2000, examples: examples.map((example) => [example]) })
    expect(taken).toBeGreaterThan(examples.length)
  })
})

it('takes the same e-mail addresses for requests as for events', () => {
  const same = fc.property(values(pairs[0]?.[4] ?? []), (value) => {
    expect(formats.email.safeParse(value).success).toBe(takes(UserRegistered, 'email', value))
  })
  fc.assert(same, { numRuns: 5000 })
})

it.each([
  ['a label that ends in a hyphen', 'a@x-.example', false],
  ['a label that begins with one', 'a@-x.example', false],
  ['a label of 64 characters', `a@${'x'.repeat(64)}.example`, false],
  ['a label of 63', `a@${'x'.repeat(63)}.example`, true],
  ['no top-level domain', 'a@localhost', false],
  ['an address of numbers', 'a@127.0.0.1', false],
  ['two dots', 'a..b@example.org', false],
  ['a name that IDNA made', 'a@xn--80ak6aa92e.xn--p1ai', true],
  ['letters of another alphabet', 'ä@example.org', false],
  ['a Kelvin sign', 'a@\u212a.example', false],
  ['255 characters', `${'a'.repeat(243)}@example.org`, false],
])('an e-mail address with %s: %s → %s', (_what, address, good) => {
  expect(formats.email.safeParse(address).success).toBe(good)
  expect(takes(UserRegistered, 'email', address)).toBe(good)
})

it.each(['   ', '\u00a0', '\u200b', '\u3000 ', '', 'a\nb', 'a\0', '\ud800'])('text of one line is not %j', (value) => {
  expect(formats.line(200).safeParse(value).success).toBe(false)
})

it.each(['ZZ', 'AA', 'XX', 'EU', 'UK', 'gb', 'G', 'GBR', '', ' GB'])('%j is no country', (code) => {
  expect(formats.country.safeParse(code).success).toBe(false)
})

it('knows the 249 countries of ISO 3166-1 and Kosovo, each of which has a name', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  expect(countries.size).toBe(250)
  expect([...countries].filter((code) => names.of(code) === undefined || !formats.country.safeParse(code).success)).toEqual([])
})

it('looks at a hostile text for no longer than at a good one', () => {
  for (const value of [
    ' '.repeat(100_000),
    `${' '.repeat(50_000)}a${'a'.repeat(50_000)}\n`,
    `${'a.'.repeat(50_000)}@`,
    `a@${'a.'.repeat(50_000)}-`,
  ]) {
    const start = performance.now()
    for (const format of [formats.line(200), formats.note(200), formats.text(200), formats.email, formats.sku]) format.safeParse(value)
    expect(performance.now() - start).toBeLessThan(200)
  }
})
