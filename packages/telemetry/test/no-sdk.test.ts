import { context } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import {
  assertInstrumented,
  counter,
  gauge,
  histogram,
  inSpan,
  originOf,
  processDuration,
  prometheusHandler,
  publicEdge,
  sagaIdOf,
  shutdownTelemetry,
  startProcessSpan,
  startSendSpan,
  suppressed,
  withSaga,
} from '../src/index.ts'

describe('without SDK', () => {
  it('runs everything and records nothing', async () => {
    const ctx = withSaga('s1')
    expect(sagaIdOf(ctx)).toBe('s1')
    const { span, context: inside } = startProcessSpan({ topic: 't', partition: 0, offset: 1, group: 'g' })
    expect(span.isRecording()).toBe(false)
    expect(originOf(inside)).toEqual({})
    startSendSpan({ topic: 't' }).span.end()
    expect(context.with(ctx, () => inSpan('a', () => 1))).toBe(1)
    expect(await inSpan('a', async () => 2)).toBe(2)
    expect(() =>
      inSpan('a', () => {
        throw new Error('x')
      }),
    ).toThrow('x')
    expect(suppressed(() => 3)).toBe(3)
    publicEdge()
    assertInstrumented()
    expect(await shutdownTelemetry()).toEqual({ flushed: true, dropped: 0 })
  })

  it('hands an origin on that came with the message', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    expect(originOf(startSendSpan({ topic: 't', origin: { traceparent } }).context)).toEqual({ traceparent })
  })

  it('takes measurements without effect', () => {
    counter('test.count', { description: 'x' }).add()
    histogram('test.duration', { description: 'x' }).record(1, { outcome: 'ok' })
    processDuration.record(0.1)
    gauge('test.level', () => 1)
  })

  it('serves an empty metrics page', () => {
    const answer: unknown[] = []
    const response = { writeHead: (...args: unknown[]) => (answer.push(...args), response), end: (text: string) => answer.push(text) }
    prometheusHandler({} as never, response as never)
    expect(answer[0]).toBe(200)
  })
})

describe('a metric name', () => {
  it.each(['Order.count', 'order..count', 'order count', '', 'order.count.', '9x'])('is refused when it is "%s"', (name) => {
    expect(() => counter(name, { description: 'x' })).toThrow('is not a metric name')
  })

  it('is refused when Prometheus could not tell it from another', () => {
    counter('clash.count', { description: 'x' })
    expect(() => counter('clash_count', { description: 'x' })).toThrow('clashes')
    expect(() => histogram('clash.count', { description: 'x' })).toThrow('clashes')
  })
})
