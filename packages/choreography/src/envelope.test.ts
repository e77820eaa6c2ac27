import { randomUUID } from 'node:crypto'
import { OrderPlaced, StockReserved } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { describe, expect, it } from 'vitest'
import { open, seal } from './envelope.ts'
import type { LogMessage } from './ports.ts'

const example = exampleOf(OrderPlaced)
const about = {
  id: randomUUID(),
  sagaId: example.orderId,
  causationId: undefined,
  time: '2026-11-21T10:00:00.000Z',
  origin: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
}
const received = (change: Partial<LogMessage> = {}): LogMessage => {
  const { topic, key, headers, body } = seal(OrderPlaced(example), about)
  return { topic, partition: 0, offset: '0', key, value: Buffer.from(body), headers, type: 'OrderPlaced', timestamp: 0, ...change }
}

describe('the envelope', () => {
  it('brings back what was sealed, and carries the origin in headers', () => {
    expect(received().headers).toMatchObject({
      ce_specversion: '1.0',
      ce_type: 'OrderPlaced',
      ce_source: 'order',
      ce_sagaid: example.orderId,
      traceparent: about.origin.traceparent,
    })
    expect(open(received())).toMatchObject({ event: { id: about.id, type: 'OrderPlaced', sagaId: example.orderId, data: example } })
  })

  it('refuses to seal what breaks its own schema, naming the field', () => {
    const broken = { ...example, total: { ...example.total, amount: -1 } }
    expect(() => seal(OrderPlaced(broken), about)).toThrow(/OrderPlaced breaks its own schema: total\/amount/)
  })

  // row 25
  it('refuses what the broker would not take', () => {
    const large = { ...StockReserved({ orderId: example.orderId, lines: [], expiresAt: about.time }), data: { text: 'é'.repeat(500_000) } }
    const anything = {
      ...large,
      event: {
        ...large.event,
        type: 'StockReserved' as const,
        version: 1,
        topic: 'inventory.events',
        source: 'inventory',
        sagaField: 'orderId',
        validate: () => [],
      },
    }
    expect(() => seal(anything, about)).toThrow(/larger than 900000 bytes/)
  })

  it('names what is wrong with a message', () => {
    const refusal = (change: Partial<LogMessage>) => {
      const opened = open(received(change))
      return 'refused' in opened ? `${opened.refused}: ${opened.detail}` : opened
    }
    expect(refusal({ value: Buffer.from('{"broken') })).toMatch(/^malformed: the body is not JSON/)
    expect(refusal({ value: null })).toBe('malformed: the body is empty')
    expect(refusal({ value: Buffer.from('{}') })).toMatch(/^malformed: .*expected/)
    expect(refusal({ headers: {} })).toMatch(/^malformed: the headers/)
    expect(refusal({ key: randomUUID() })).toMatch(/^malformed: the message's key/)
    expect(refusal({ topic: 'payment.events' })).toMatch(/^wrong_producer: /)
    expect(refusal({ headers: { ...received().headers, ce_dataschema: 'urn:murmuration:schema:order/OrderPlaced.v7' } })).toMatch(
      /^unknown_version: /,
    )
  })

  // fault: text that cannot be stored
  it.each([
    ['NUL in a name', '{"a\\u0000":1}'],
    ['half a surrogate pair in a name', '{"a\\udc00":1}'],
    ['half a surrogate pair in a value', JSON.stringify({ ...example, shippingAddress: { ...example.shippingAddress, name: '\ud83d' } })],
  ])('refuses %s, which no database can hold', (_name, body) => {
    expect(open(received({ value: Buffer.from(body) }))).toEqual({
      refused: 'malformed',
      detail: 'the body: expected text without NUL (\\u0000) and without halves of surrogate pairs, which no database can hold',
    })
  })

  it('takes escaped text that can be stored', () => {
    const body = JSON.stringify(example).replace('"Main', '"\\u004dain')
    expect(open(received({ value: Buffer.from(body) }))).toMatchObject({ event: { data: example } })
  })

  it.each(['', 'x'.repeat(257), 'a\u0007b', 'a\\u0000'])('refuses the id %j, naming it', (id) => {
    const headers = { ...received().headers, ce_id: id }
    expect(open(received({ headers }))).toMatchObject({ refused: 'malformed', detail: expect.stringContaining('ce_id') as unknown })
  })

  // fault: dates
  it.each(['yesterday', '2026', '0000-01-01T00:00:00Z', '2026-02-30T10:00:00Z', '2026-02-28T25:00:00Z', '+275760-09-13T00:00:00.001Z'])(
    'refuses the time %j, naming it',
    (time) => {
      const headers = { ...received().headers, ce_time: time }
      expect(open(received({ headers }))).toMatchObject({ refused: 'malformed', detail: expect.stringContaining('ce_time') as unknown })
    },
  )

  it('takes the time of the record where the event has none, if it is one', () => {
    const { ce_time: _, ...headers } = received().headers
    expect(open(received({ headers, timestamp: 1_000 }))).toMatchObject({ event: { time: '1970-01-01T00:00:01.000Z' } })
    for (const timestamp of [1.7645e15, 1.7645e18, -(2 ** 63)])
      expect(open(received({ headers, timestamp }))).toMatchObject({ refused: 'malformed' })
  })

  it('says of what nobody can read why', () => {
    const unreadable = { reason: 'removed', detail: '3 messages were removed' } as const
    expect(open(received({ unreadable }))).toEqual({ refused: 'removed', detail: '3 messages were removed' })
  })
})
