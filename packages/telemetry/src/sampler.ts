import { type Attributes, type Context, type Link, type SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace'
import { ATTR } from './conventions.ts'
import { sagaIdOf } from './saga-context.ts'
import { isSagaSampled } from './saga-hash.ts'

const SAMPLED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED }
const DROPPED: SamplingResult = { decision: SamplingDecision.NOT_RECORD }

const isSampled = (flags: number): boolean => (flags & TraceFlags.SAMPLED) !== 0

/**
 * Samples sagas, not traces: a saga's many short traces are all kept or all dropped, in every process, by the hash of its id.
 * What is linked to or a child of something sampled is sampled too, so a forced saga stays whole downstream.
 */
export const sagaSampler = (ratio: number): Sampler => ({
  shouldSample: (ctx: Context, traceId: string, _name: string, _kind: SpanKind, attributes: Attributes, links: Link[]) => {
    if (attributes[ATTR.sagaForce] === true) return SAMPLED
    const parent = trace.getSpanContext(ctx)
    const hasParent = parent !== undefined && trace.isSpanContextValid(parent)
    if (hasParent && isSampled(parent.traceFlags)) return SAMPLED
    if (links.some((link) => isSampled(link.context.traceFlags))) return SAMPLED
    const sagaId = attributes[ATTR.sagaId] ?? sagaIdOf(ctx)
    if (typeof sagaId === 'string') return isSagaSampled(sagaId, ratio) ? SAMPLED : DROPPED
    if (hasParent) return DROPPED
    // The last 7 bytes are the random part in every W3C level.
    return Number.parseInt(traceId.slice(-13), 16) / 16 ** 13 < ratio ? SAMPLED : DROPPED
  },
  toString: () => `SagaSampler{${ratio}}`,
})
