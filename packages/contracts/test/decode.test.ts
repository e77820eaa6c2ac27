import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { renderCode } from '../scripts/generate.ts'
import { decoderOf } from '../src/decode.ts'
import { exampleOf } from '../src/examples.ts'
import type { Validator } from '../src/field-errors.ts'
import {
  dataschemaOf,
  decode,
  NotificationFailed,
  NotificationSent,
  OrderPlaced,
  PaymentRefundRequested,
  parseDataschema,
} from '../src/index.ts'
import { upcast } from '../src/upcast.ts'
import { plant, temporaryFolder } from './planted.ts'

interface NotedV1 {
  readonly orderId: string
  readonly text: string
}
interface NotedV2 {
  readonly orderId: string
  readonly texts: readonly string[]
}
interface NotedV3 extends NotedV2 {
  readonly urgent: boolean
}

const orderId = exampleOf(OrderPlaced).orderId
const text = { type: 'string', description: 'A text.', minLength: 1, maxLength: 20 }
const texts = { type: 'array', description: 'Texts.', minItems: 1, maxItems: 5, items: text }
const noted = (fields: Record<string, unknown>, example: Record<string, unknown>) => ({
  title: 'OrderNoted',
  description: 'Somebody noted something on an order.',
  'x-saga-field': 'orderId',
  type: 'object',
  additionalProperties: false,
  required: ['orderId', ...Object.keys(fields)],
  properties: { orderId: { $ref: '../common/Id.json' }, ...fields },
  examples: [{ orderId, ...example }],
})

const first = upcast<NotedV1, NotedV2>('OrderNoted', 1, ({ orderId, text }) => ({ orderId, texts: [text] }))
const second = upcast<NotedV2, NotedV3>('OrderNoted', 2, (data) => ({ ...data, urgent: false }))

describe('an event with three versions', () => {
  let versions: ReadonlyMap<string, Validator>
  let eventsCode = ''

  beforeAll(async () => {
    const code = await renderCode(
      plant({
        'order/OrderNoted.v1': noted({ text }, { text: 'ring twice' }),
        'order/OrderNoted.v2': noted({ texts }, { texts: ['ring twice'] }),
        'order/OrderNoted.v3': noted(
          { texts, urgent: { type: 'boolean', description: 'Whether it cannot wait.' } },
          { texts: ['a'], urgent: true },
        ),
      }),
    )
    eventsCode = code['events.ts'] ?? ''
    const file = join(temporaryFolder(), 'validators.mjs')
    writeFileSync(file, code['validators.js'] ?? '')
    const validators = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, Validator>
    versions = new Map(Object.entries(validators).map(([name, validator]) => [name.replace('_', '.'), validator]))
  })

  const decoder = (upcasts = [first, second]) => decoderOf({ newest: () => 3, versions, upcasts })

  it('is upcast step by step from its first version', () => {
    expect(decoder()('OrderNoted', 1, { orderId, text: 'ring twice' })).toEqual({ data: { orderId, texts: ['ring twice'], urgent: false } })
  })

  it('is upcast from the middle, and left alone in its newest version', () => {
    expect(decoder()('OrderNoted', 2, { orderId, texts: ['a', 'b'] })).toEqual({ data: { orderId, texts: ['a', 'b'], urgent: false } })
    const data = { orderId, texts: ['a'], urgent: true }
    expect(decoder()('OrderNoted', 3, data)).toEqual({ data })
  })

  it('is checked by the schema of the version that it says', () => {
    expect(decoder()('OrderNoted', 1, { orderId, texts: ['a'] })).toEqual({
      errors: expect.arrayContaining([
        { field: 'text', expected: 'a value' },
        { field: 'texts', expected: 'no field of this name' },
      ]),
    })
  })

  it('is unknown in a version that is not there yet, and without a step in between', () => {
    expect(decoder()('OrderNoted', 4, { orderId })).toEqual({ unknownVersion: 4 })
    expect(decoder([first])('OrderNoted', 1, { orderId, text: 'a' })).toEqual({ unknownVersion: 1 })
  })

  it('is refused when a step makes something that the newest schema does not allow', () => {
    const careless = upcast<NotedV2, unknown>('OrderNoted', 2, (data) => ({ ...data, urgent: 'no' }))
    expect(decoder([first, careless])('OrderNoted', 1, { orderId, text: 'a' })).toEqual({
      errors: [{ field: 'urgent', expected: 'true or false (after the upcast)' }],
    })
  })

  it('keeps a type for each version and one descriptor, of the newest', () => {
    expect(eventsCode).toContain('export interface OrderNotedData {')
    expect(eventsCode).toContain('export interface OrderNotedV1Data {')
    expect(eventsCode.match(/export const OrderNoted\b/g)).toHaveLength(1)
    expect(eventsCode).toContain("type: 'OrderNoted', version: 3")
  })
})

describe('our events', () => {
  it('are decoded by what the message says', () => {
    const data = exampleOf(OrderPlaced)
    const said = parseDataschema(dataschemaOf(OrderPlaced))
    expect(said).toEqual({ service: 'order', type: 'OrderPlaced', version: 1 })
    expect(decode('OrderPlaced', said?.version ?? 0, data)).toEqual({ data })
    expect(decode('OrderPlaced', 1, { ...data, total: 1 })).toEqual({ errors: [{ field: 'total', expected: 'an object' }] })
    expect(decode('OrderPlaced', 7, data)).toEqual({ unknownVersion: 7 })
    expect(decode('Nonsense', 1, data)).toEqual({ unknownVersion: 1 })
  })

  it('take no foreign schema for their own', () => {
    const foreign = [
      '',
      'https://example.com/a.json',
      'urn:murmuration:schema:order/OrderPlaced',
      'urn:murmuration:schema:order/OrderPlaced.v0',
    ]
    for (const uri of [...foreign, 'urn:murmuration:schema:order/OrderPlaced.v1.2', 'urn:murmuration:schema:order/../x.v1'])
      expect(parseDataschema(uri), uri).toBeUndefined()
  })
})

describe('an event of an older release', () => {
  it('is read as one of the newest: a refund was tried once, a letter told of fewer things', () => {
    const { attempt: _, ...refund } = exampleOf(PaymentRefundRequested)
    expect(decode('PaymentRefundRequested', 1, refund)).toEqual({ data: { ...refund, attempt: 1 } })
    expect(decode('PaymentRefundRequested', 1, { ...refund, cause: 'return' })).toHaveProperty('errors')
    for (const event of [NotificationSent, NotificationFailed])
      expect(decode(event.type, 1, exampleOf(event))).toEqual({ data: exampleOf(event) })
  })
})
