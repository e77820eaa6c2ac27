import { type Context, type Link, ROOT_CONTEXT, type SpanContext, SpanKind, trace } from '@opentelemetry/api'
import { SamplingDecision } from '@opentelemetry/sdk-trace'
import { describe, expect, it } from 'vitest'
import { withSaga } from '../src/saga-context.ts'
import { sagaHash } from '../src/saga-hash.ts'
import { sagaSampler } from '../src/sampler.ts'

const saga = (n: number): string => `0198c0de-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const sagas = Array.from({ length: 2_000 }, (_, n) => saga(n))
const dropped = sagas.find((id) => sagaHash(id) >= 0.1) ?? ''
const kept = sagas.find((id) => sagaHash(id) < 0.1) ?? ''

const remote = (traceFlags: number): SpanContext => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags, isRemote: true })
const local = (traceFlags: number): SpanContext => ({ ...remote(traceFlags), isRemote: false })
const parent = (context: SpanContext, ctx: Context = ROOT_CONTEXT): Context => trace.setSpanContext(ctx, context)
const link = (traceFlags: number): Link => ({ context: remote(traceFlags) })
const LOW_TRACE = `f${'0'.repeat(31)}`
const HIGH_TRACE = 'f'.repeat(32)

const isSampled = (ctx: Context, attributes = {}, links: Link[] = [], traceId = HIGH_TRACE, ratio = 0.1): boolean =>
  sagaSampler(ratio).shouldSample(ctx, traceId, 'name', SpanKind.INTERNAL, attributes, links).decision ===
  SamplingDecision.RECORD_AND_SAMPLED

describe('the saga sampler', () => {
  it.each([
    ['a kept saga in the context', withSaga(kept, ROOT_CONTEXT), {}, [], HIGH_TRACE, true],
    ['a dropped saga in the context', withSaga(dropped, ROOT_CONTEXT), {}, [], LOW_TRACE, false],
    ['a kept saga as attribute', ROOT_CONTEXT, { 'saga.id': kept }, [], HIGH_TRACE, true],
    ['a dropped saga as attribute', ROOT_CONTEXT, { 'saga.id': dropped }, [], LOW_TRACE, false],
    ['a dropped saga that is forced', ROOT_CONTEXT, { 'saga.id': dropped, 'saga.force': true }, [], HIGH_TRACE, true],
    ['a dropped saga linked to a sampled span', withSaga(dropped, ROOT_CONTEXT), {}, [link(1)], HIGH_TRACE, true],
    ['a dropped saga linked to an unsampled span', withSaga(dropped, ROOT_CONTEXT), {}, [link(0)], HIGH_TRACE, false],
    ['a kept saga linked to an unsampled span', withSaga(kept, ROOT_CONTEXT), {}, [link(0)], HIGH_TRACE, true],
    ['a dropped saga under a sampled local parent', parent(local(1), withSaga(dropped, ROOT_CONTEXT)), {}, [], HIGH_TRACE, true],
    ['a dropped saga under a sampled remote parent', parent(remote(1), withSaga(dropped, ROOT_CONTEXT)), {}, [], HIGH_TRACE, true],
    ['a kept saga under an unsampled parent', parent(remote(0), withSaga(kept, ROOT_CONTEXT)), {}, [], HIGH_TRACE, true],
    ['no saga under a sampled parent', parent(remote(1)), {}, [], HIGH_TRACE, true],
    ['no saga under an unsampled parent', parent(remote(0)), {}, [], LOW_TRACE, false],
    ['no saga and a low trace id', ROOT_CONTEXT, {}, [], LOW_TRACE, true],
    ['no saga and a high trace id', ROOT_CONTEXT, {}, [], HIGH_TRACE, false],
  ])('decides for %s', (_title, ctx, attributes, links, traceId, expected) => {
    expect(isSampled(ctx, attributes, links, traceId)).toBe(expected)
  })

  it('decides the same for every span of a saga, whatever its trace', () => {
    for (const id of sagas) {
      const decisions = [LOW_TRACE, HIGH_TRACE].map((traceId) => isSampled(withSaga(id, ROOT_CONTEXT), {}, [], traceId, 0.5))
      expect(new Set(decisions).size).toBe(1)
    }
  })

  it('keeps about the share of sagas that the ratio says', () => {
    for (const ratio of [0, 0.1, 0.5, 1]) {
      const share = sagas.filter((id) => sagaHash(id) < ratio).length / sagas.length
      expect(Math.abs(share - ratio)).toBeLessThan(0.03)
    }
  })

  it('never changes the hash, which running processes of other versions share', () => {
    expect(sagaHash('0198c0de-0000-7000-8000-000000000000')).toBe(0.7412503389641643)
  })
})
