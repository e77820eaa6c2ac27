import { NotificationSent, OrderPlaced } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { describe, expect, it } from 'vitest'
import { Failure } from '../src/errors.ts'
import { withFields } from '../src/inject/fields.ts'
import { type InjectOptions, messageOf, type Source } from '../src/inject/message.ts'

const example = exampleOf(OrderPlaced)
const build = (source: Source, options: InjectOptions = {}) => messageOf(OrderPlaced, source, options, new Date('2026-11-21T10:00:00Z'))
const failure = (run: () => unknown): Failure => {
  try {
    run()
  } catch (error) {
    if (error instanceof Failure) return error
  }
  throw new Error('it did not fail')
}

describe('an injected message', () => {
  it('is a CloudEvent in binary mode, keyed by its saga', () => {
    const message = build({ data: example }, { id: 'event-1' })
    expect(message).toMatchObject({
      topic: 'order.events',
      key: example.orderId,
      sagaId: example.orderId,
      id: 'event-1',
      idFrom: 'option',
      body: JSON.stringify(example),
    })
    expect(message.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_id: 'event-1',
      ce_type: 'OrderPlaced',
      ce_source: 'order',
      ce_time: '2026-11-21T10:00:00.000Z',
      ce_dataschema: 'urn:murmuration:schema:order/OrderPlaced.v1',
      ce_sagaid: example.orderId,
      'content-type': 'application/json',
    })
    expect(message.headers['traceparent']).toBe(`00-${message.origin?.traceId}-${message.origin?.spanId}-01`)
  })

  it('has no traceparent with --no-trace', () => {
    expect(build({ data: example }, { trace: false }).headers).not.toHaveProperty('traceparent')
  })

  it('keeps the id, time and cause of an event that was printed, and its body byte for byte', () => {
    const headers = { ce_id: 'published', ce_time: '2026-11-20T09:00:00.000Z', ce_causationid: 'cause', traceparent: 'old' }
    const message = build({ file: { type: 'OrderPlaced', id: 'published', headers, data: example } })
    expect(message).toMatchObject({ id: 'published', idFrom: 'file', body: JSON.stringify(example) })
    expect(message.headers).toMatchObject({ ce_time: '2026-11-20T09:00:00.000Z', ce_causationid: 'cause' })
    expect(message.headers['traceparent']).not.toBe('old')
    expect(build({ file: { headers: { ce_id: 'published' }, data: example } }).id).toBe('published')
  })

  it('is taken from a list in which it is the only one of its type', () => {
    const list = [
      { type: 'OrderPlaced', id: 'a', data: example },
      { type: 'StockReserved', id: 'b', data: {} },
    ]
    expect(build({ file: list }).id).toBe('a')
    expect(failure(() => build({ file: [...list, ...list] })).exitCode).toBe(2)
  })

  it('gets a new id each time when neither option nor file has one', () => {
    const [a, b] = [build({ file: example }), build({ file: example })]
    expect(a.idFrom).toBe('new')
    expect(a.id).not.toBe(b.id)
  })

  it('moves to another saga when asked to', () => {
    const message = build({ data: example }, { saga: 'new' })
    expect(message.sagaId).not.toBe(example.orderId)
    expect(JSON.parse(message.body)).toEqual({ ...example, orderId: message.sagaId })
  })

  it('made of the example belongs to a saga of its own', () => {
    expect(build({ example }).sagaId).not.toBe(build({ example }).sagaId)
  })

  it('is refused when its schema refuses the data, naming the fields', () => {
    const { exitCode, message } = failure(() => build({ data: { ...example, total: { amount: -1, currency: 'EUR' }, extra: 1 } }))
    expect(exitCode).toBe(1)
    expect(message).toContain('total/amount')
    expect(message).toContain('extra')
  })

  it('is not checked with --no-check', () => {
    expect(JSON.parse(build({ data: { orderId: 'x' } }, { check: false }).body)).toEqual({ orderId: 'x' })
    expect(build({ data: {} }, { check: false }).body).toBe('{}')
  })

  it('takes raw bytes as they are, under a key that holds nobody else back', () => {
    const [a, b] = [build({ raw: '{"broken' }), build({ raw: '{"broken' })]
    expect(a.body).toBe('{"broken')
    expect(a.key).not.toBe(b.key)
    expect(build({ raw: '{"broken' }, { saga: 'some-order' }).key).toBe('some-order')
  })

  it('lets headers be forged and taken away', () => {
    const { headers } = build({ data: example }, { header: ['ce_source=payment', 'traceparent=', 'ce_dataschema=urn:x'] })
    expect(headers).toMatchObject({ ce_source: 'payment', ce_dataschema: 'urn:x' })
    expect(headers).not.toHaveProperty('traceparent')
  })

  it('is refused when the file holds another event', () => {
    const { exitCode, advice } = failure(() => messageOf(NotificationSent, { file: { type: 'OrderPlaced', data: example } }, {}))
    expect(exitCode).toBe(2)
    expect(advice).toContain('inject OrderPlaced')
  })
})

describe('setting fields', () => {
  it('changes nested fields and list elements, as JSON where it reads as such', () => {
    const changed = withFields(example, ['total.amount=1', 'items.0.sku=AB-1', 'shippingAddress.line2=undefined']) as typeof example
    expect(changed.total.amount).toBe(1)
    expect(changed.items[0]?.sku).toBe('AB-1')
    expect(example.total.amount).not.toBe(1)
  })
  it('refuses a path that leads nowhere', () => {
    expect(failure(() => withFields(example, ['nowhere.at.all=1'])).exitCode).toBe(2)
    expect(failure(() => withFields(example, ['total'])).exitCode).toBe(2)
  })
})
