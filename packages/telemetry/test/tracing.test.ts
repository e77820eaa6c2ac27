import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  inSpan,
  originFrom,
  originOf,
  type ProcessInfo,
  sagaIdOf,
  startProcessSpan,
  startSendSpan,
  suppressed,
  withBaggage,
  withSaga,
} from '../src/index.ts'
import { sagaHash } from '../src/saga-hash.ts'
import { startMemorySdk } from './memory-sdk.ts'

const SAGA = '0198c0de-0000-7000-8000-000000000001'
const ORIGIN = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', baggage: 'user.id=u1,role=admin' }
const MESSAGE: ProcessInfo = {
  topic: 'order.events',
  partition: 3,
  offset: '42',
  key: SAGA,
  group: 'inventory',
  messageId: 'e-1',
  sagaId: SAGA,
  eventType: 'OrderPlaced',
}

let sdk: ReturnType<typeof startMemorySdk>
beforeAll(() => {
  sdk = startMemorySdk(0.5)
})
beforeEach(() => sdk.reset())
afterAll(() => sdk.stop())

const only = () => {
  const [span, ...rest] = sdk.spans()
  expect(rest).toEqual([])
  if (!span) throw new Error('no span was recorded')
  return span
}

describe('a process span', () => {
  it('is a new root, linked to its origin, even inside another span', () => {
    inSpan('outer', () => startProcessSpan({ ...MESSAGE, origin: ORIGIN }).span.end(), { 'saga.force': true })
    const span = sdk.spans().find(({ name }) => name === 'process order.events')
    expect(span?.kind).toBe(SpanKind.CONSUMER)
    expect(span?.parentSpanContext).toBeUndefined()
    expect(span?.links.map(({ context: { traceId, spanId } }) => [traceId, spanId])).toEqual([
      ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'],
    ])
    expect(span?.spanContext().traceId).not.toBe('4bf92f3577b34da6a3ce929d0e0e4736')
  })

  it('says what it handles in the words of the conventions', () => {
    startProcessSpan({ ...MESSAGE, origin: ORIGIN, batchSize: 7 }).span.end()
    expect(only().attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'order.events',
      'messaging.destination.partition.id': '3',
      'messaging.consumer.group.name': 'inventory',
      'messaging.kafka.message.key': SAGA,
      'messaging.kafka.offset': 42,
      'messaging.message.id': 'e-1',
      'messaging.message.conversation_id': SAGA,
      'messaging.batch.message_count': 7,
      'cloudevents.event_type': 'OrderPlaced',
      'murmuration.delivery': 'log',
      'saga.id': SAGA,
      'user.id': 'u1',
    })
  })

  it('says of a message that was handed over which way it came, and no offset', () => {
    startProcessSpan({ ...MESSAGE, origin: ORIGIN, offset: undefined, handedOver: true }).span.end()
    expect(only().attributes).toMatchObject({ 'murmuration.delivery': 'hand-over', 'messaging.destination.partition.id': '3' })
    expect(only().attributes).not.toHaveProperty('messaging.kafka.offset')
  })

  it.each([[undefined], [{}], [{ traceparent: 'rubbish' }], [{ traceparent: null }]])(
    'is a root without link when the origin is %j',
    (origin) => {
      startProcessSpan({ ...MESSAGE, origin, force: true }).span.end()
      expect(only().links).toEqual([])
      expect(only().parentSpanContext).toBeUndefined()
    },
  )

  it('gives its saga, baggage and trace to what runs in its context', () => {
    const { span, context: ctx } = startProcessSpan({ ...MESSAGE, origin: ORIGIN })
    context.with(ctx, () => {
      expect(sagaIdOf()).toBe(SAGA)
      inSpan('inventory.reserve', () => {
        expect(originOf().baggage).toBe('user.id=u1')
      })
    })
    span.end()
    const child = sdk.spans().find(({ name }) => name === 'inventory.reserve')
    expect(child?.parentSpanContext?.spanId).toBe(span.spanContext().spanId)
    expect(child?.attributes).toEqual({ 'saga.id': SAGA, 'user.id': 'u1' })
  })

  it('is not made for an unsampled saga, unless forced, and then the rest follows', () => {
    const dropped = Array.from({ length: 50 }, (_, n) => `saga-${n}`).find((id) => sagaHash(id) >= 0.5) ?? ''
    startProcessSpan({ ...MESSAGE, sagaId: dropped }).span.end()
    expect(sdk.spans()).toEqual([])
    const forced = startProcessSpan({ ...MESSAGE, sagaId: dropped, force: true })
    forced.span.end()
    startProcessSpan({ ...MESSAGE, sagaId: dropped, origin: originOf(forced.context) }).span.end()
    expect(sdk.spans()).toHaveLength(2)
  })
})

describe('a send span', () => {
  it('is a child of its origin and linked to it', () => {
    startSendSpan({ topic: 'order.events', sagaId: SAGA, origin: ORIGIN }).span.end()
    const span = only()
    expect([span.name, span.kind]).toEqual(['send order.events', SpanKind.CLIENT])
    expect(span.parentSpanContext?.spanId).toBe('00f067aa0ba902b7')
    expect(span.spanContext().traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
    expect(span.links[0]?.context.spanId).toBe('00f067aa0ba902b7')
    expect(span.attributes['messaging.operation.type']).toBe('send')
  })
})

describe('an origin', () => {
  it('is read back as it was written', () => {
    const ctx = withBaggage({ 'order.id': 'o1' }, withSaga(SAGA))
    context.with(ctx, () =>
      inSpan(
        'order.create',
        (span) => {
          const { spanContext, baggage } = originFrom(originOf())
          expect(spanContext).toEqual({ ...span.spanContext(), isRemote: true })
          expect(baggage?.getEntry('order.id')?.value).toBe('o1')
        },
        { 'saga.force': true },
      ),
    )
  })

  it('is empty outside any span', () => {
    expect(originOf(ROOT_CONTEXT)).toEqual({})
  })
})

describe('a business span', () => {
  it('ends when the promise does and hands its value on', async () => {
    const result = inSpan('a', async () => 5, { 'saga.force': true })
    expect(sdk.spans()).toEqual([])
    expect(await result).toBe(5)
    expect(only().status.code).toBe(SpanStatusCode.UNSET)
  })

  it.each([
    [
      'sync',
      () => {
        throw new RangeError('too much')
      },
    ],
    [
      'async',
      async () => {
        throw new RangeError('too much')
      },
    ],
  ])('records what a %s function throws, and throws it on', async (_title, fn) => {
    await expect(async () => inSpan('a', fn, { 'saga.force': true })).rejects.toThrow('too much')
    const span = only()
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too much' })
    expect(span.attributes['error.type']).toBe('RangeError')
    expect(span.events.map(({ name }) => name)).toEqual(['exception'])
  })
})

describe('suppressed', () => {
  it('makes no spans inside, and knows no trace', () => {
    inSpan(
      'outer',
      () =>
        suppressed(() => {
          inSpan('inner', () => expect(trace.getActiveSpan()?.spanContext().traceFlags ?? 0).toBe(0), { 'saga.force': true })
          expect(originOf()).toEqual({})
        }),
      { 'saga.force': true },
    )
    expect(only().name).toBe('outer')
  })

  it('still lets a process span be made explicitly', () => {
    suppressed(() => startProcessSpan({ ...MESSAGE, origin: ORIGIN }).span.end())
    expect(only().name).toBe('process order.events')
  })
})
