import { propagation } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { baggageFrom, baggageHeaderOf, spanContextFrom, traceparentOf } from '../src/w3c.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const VALID = `00-${TRACE}-${SPAN}-01`

describe('traceparent', () => {
  it.each([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
    ['rubbish', 'rubbish'],
    ['upper case', VALID.toUpperCase()],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['more fields than version 00 has', `${VALID}-extra`],
    ['too short', VALID.slice(0, -1)],
    ['a later version with a glued tail', `01-${TRACE}-${SPAN}-01x`],
    ['sent twice', [VALID, VALID]],
    ['invalid UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ])('is ignored when it is %s', (_title, traceparent) => {
    expect(spanContextFrom({ traceparent })).toBeUndefined()
  })

  it.each([
    ['a string', VALID],
    ['bytes, as Kafka gives them', Buffer.from(VALID)],
    ['a list of one', [VALID]],
    ['a later version with more fields', `cc-${TRACE}-${SPAN}-01-more`],
  ])('is read from %s', (_title, traceparent) => {
    expect(spanContextFrom({ traceparent })).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true })
  })

  it('is written as it was read', () => {
    const context = spanContextFrom({ traceparent: VALID, tracestate: 'a=1,b=2' })
    expect(context && traceparentOf(context)).toBe(VALID)
    expect(context?.traceState?.serialize()).toBe('a=1,b=2')
  })

  it('survives a malformed or enormous tracestate', () => {
    for (const tracestate of ['====', 'x'.repeat(100_000), Array.from({ length: 100 }, (_, n) => `k${n}=v`).join(',')]) {
      const context = spanContextFrom({ traceparent: VALID, tracestate })
      expect(context?.spanId).toBe(SPAN)
      expect((context?.traceState?.serialize() ?? '').length).toBeLessThanOrEqual(512)
    }
  })
})

describe('baggage', () => {
  const read = (baggage: string) =>
    Object.fromEntries(
      baggageFrom({ baggage })
        ?.getAllEntries()
        .map(([key, { value }]) => [key, value]) ?? [],
    )

  it('carries on the allowed keys only', () => {
    expect(read('user.id=u1, role=admin ,order.id=o%201;meta=x,__proto__=1')).toEqual({ 'user.id': 'u1', 'order.id': 'o 1' })
  })

  it.each([['=v'], ['user.id'], ['user.id='], ['user.id=%E0%A4%A'], [`user.id=${'x'.repeat(300)}`], [`user.id=u,${'x'.repeat(9_000)}`]])(
    'ignores %.20s',
    (baggage) => {
      expect(read(baggage)).toEqual({})
    },
  )

  it('is written percent-encoded, so that a value cannot add a header or a member', () => {
    const baggage = propagation.createBaggage({ 'user.id': { value: 'a,order.id=b\r\nx: y' }, other: { value: 'z' } })
    expect(baggageHeaderOf(baggage)).toBe('user.id=a%2Corder.id%3Db%0D%0Ax%3A%20y')
  })
})
