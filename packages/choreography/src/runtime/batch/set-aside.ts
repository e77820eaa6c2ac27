import { Malformed, RuleViolation } from '@murmuration/contracts'
import { originOf, recordError } from '@murmuration/telemetry'
import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import type { ParkedEntry } from '../../ports.ts'
import { detailOf } from '../../text.ts'
import type { Work } from '../work.ts'
import type { BatchState, Decided } from './state.ts'

/** A deferred message is tried again when its saga has gone on, and by time: after 1, 2, 4, 8 and 16 seconds. Then it is parked, as `never_came`. */
const FIRST_RETRY_MS = 1_000
const MAX_DEFERRED_ATTEMPTS = 5

/** What it needs has not come yet. */
export function defer(state: BatchState, work: Work, span: Span, reason: string): Decided {
  const parkable = work.parkable?.()
  if (parkable === undefined) return failed(state, work, new RuleViolation('not_yet', reason), span)
  // It holds back nobody, least of all what it waits for: when that comes after all, it is tried again.
  if (parkable.attempts >= MAX_DEFERRED_ATTEMPTS)
    return park(state, work, 'never_came', `${reason} (after ${parkable.attempts} attempts)`, { blocks: false, started: span })
  const parked: ParkedEntry = {
    ...parkable,
    origin: { ...parkable.origin, ...attemptOf(span) },
    attempts: parkable.attempts + 1,
    status: 'deferred',
    blocks: false,
    reason: 'not_yet',
    detail: reason,
    retryInMs: FIRST_RETRY_MS * 2 ** parkable.attempts,
  }
  return { work, span, outcome: { outcome: 'deferred', reason }, parked }
}

/** A decision that said no, or broke: the caller of a command is told, everything else is parked. */
export function failed(state: BatchState, work: Work, error: Error, started?: Span): Decided {
  if (work.parkable === undefined) {
    const span = started ?? work.trace(state.startTime, state.size, false).span
    recordError(span, error)
    return { work, span, outcome: { outcome: 'failed', error } }
  }
  const reason = error instanceof RuleViolation ? error.code : error instanceof Malformed ? 'malformed' : 'broken'
  return park(state, work, reason, error.message, { started })
}

/** @param options.started its span, when there is one already; an unsampled one gives way to a forced one, as errors are always seen. */
export function park(
  state: BatchState,
  work: Work,
  reason: string,
  why: string,
  { blocks = true, started }: { blocks?: boolean; started?: Span | undefined } = {},
): Decided {
  // It may quote the message.
  const detail = detailOf(why)
  const span = started?.isRecording() ? started : work.trace(state.startTime, state.size, true).span
  span.setStatus({ code: SpanStatusCode.ERROR, message: `parked: ${reason}` })
  const parkable = work.parkable?.()
  if (parkable === undefined) return { work, span, outcome: { outcome: 'failed', error: new RuleViolation(reason, detail) } }
  if (blocks && parkable.key !== null) state.blocked.add(parkable.key)
  const origin = { ...parkable.origin, ...attemptOf(span) }
  const parked: ParkedEntry = { ...parkable, origin, status: 'parked', blocks, reason, detail, retryInMs: null }
  return { work, span, outcome: { outcome: 'parked', reason, detail }, parked }
}

/** What the next attempt's span is linked to; nothing when nobody will see this one. */
function attemptOf(span: Span): { attempt?: string } {
  const { traceparent } = span.isRecording() ? originOf(trace.setSpan(ROOT_CONTEXT, span)) : {}
  return traceparent === undefined ? {} : { attempt: traceparent }
}
