import { Malformed, RuleViolation, Transient } from '@murmuration/contracts'
import { isDefect } from '@murmuration/contracts/outage'
import { originOf, recordError } from '@murmuration/telemetry'
import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import type { HoldingBack, ParkedEntry } from '../../ports.ts'
import { detailOf } from '../../text.ts'
import type { Work } from '../work.ts'
import type { BatchState, Decided } from './state.ts'

/** A deferred message is tried again when its saga has gone on, and by time: after 1, 2, 4, 8 and 16 seconds. Then it is parked, as `never_came`. */
const FIRST_RETRY_MS = 1_000
const MAX_DEFERRED_ATTEMPTS = 5
/**
 * What broke, and nobody knows why (a bug, an error that was never seen before), is tried again after so many milliseconds: for some three minutes, in
 * which a surprise may be over. Then it is parked, as `broken`.
 */
const BROKEN_RETRIES_MS = [1_000, 5_000, 15_000, 45_000, 120_000]
/** What an outage keeps from being handled while others are is tried again until it is handled. */
const OUTAGE_RETRY_MS = 60_000
/** What waits behind a message that is tried again comes when that is handled, or by time. */
const BEHIND_RETRY_MS = 5_000

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

/** It has to wait until an earlier message of its key is handled: until an operator has looked at that, or until that is tried again. */
export function wait(state: BatchState, work: Work, earlier: HoldingBack['status']): Decided {
  const detail = `an earlier message of ${work.behind ?? work.sagaId} is ${earlier === 'parked' ? 'parked' : 'tried again'}`
  if (earlier === 'parked') return park(state, work, 'behind', detail)
  const { span } = work.trace(state.startTime, state.size, false)
  return again(state, work, span, { reason: 'behind', detail, retryInMs: BEHIND_RETRY_MS, attempts: 0 })
}

/** A decision that said no, or broke: the caller of a command is told, everything else is tried again or parked. */
export function failed(state: BatchState, work: Work, error: Error, started?: Span): Decided {
  if (work.parkable === undefined) {
    const span = started ?? work.trace(state.startTime, state.size, false).span
    recordError(span, error)
    return { work, span, outcome: { outcome: 'failed', error } }
  }
  const { attempts } = work.parkable()
  const detail = error.message
  const tryAgain = (reason: string, retryInMs: number) =>
    again(state, work, seen(state, work, started, `deferred: ${reason}`), { reason, detail, retryInMs, attempts: 1 })
  if (error instanceof Transient) return tryAgain('outage', OUTAGE_RETRY_MS)
  if (error instanceof RuleViolation) return park(state, work, error.code, detail, { started })
  if (error instanceof Malformed) return park(state, work, 'malformed', detail, { started })
  const retryInMs = isDefect(error) ? undefined : BROKEN_RETRIES_MS[attempts]
  return retryInMs === undefined ? park(state, work, 'broken', detail, { started }) : tryAgain('broken', retryInMs)
}

/** Keeps a message that is tried again by itself, and holds back the later ones of its key meanwhile. @param about.attempts how many this one counts for */
function again(
  state: BatchState,
  work: Work,
  span: Span,
  { reason, retryInMs, attempts, ...about }: { reason: string; detail: string; retryInMs: number; attempts: number },
): Decided {
  const detail = detailOf(about.detail)
  const parkable = work.parkable?.()
  if (parkable === undefined) return { work, span, outcome: { outcome: 'failed', error: new RuleViolation(reason, detail) } }
  if (parkable.key !== null && !state.blocked.has(parkable.key)) state.blocked.set(parkable.key, 'deferred')
  const parked: ParkedEntry = {
    ...parkable,
    origin: { ...parkable.origin, ...attemptOf(span) },
    attempts: parkable.attempts + attempts,
    status: 'deferred',
    blocks: true,
    reason,
    detail,
    retryInMs,
  }
  return { work, span, outcome: { outcome: 'deferred', reason, detail }, parked }
}

/** Its span, marked as failed: an unsampled one gives way to a forced one, as errors are always seen. */
function seen(state: BatchState, work: Work, started: Span | undefined, message: string): Span {
  const span = started?.isRecording() ? started : work.trace(state.startTime, state.size, true).span
  span.setStatus({ code: SpanStatusCode.ERROR, message })
  return span
}

/** @param options.started its span, when there is one already */
export function park(
  state: BatchState,
  work: Work,
  reason: string,
  why: string,
  { blocks = true, started }: { blocks?: boolean; started?: Span | undefined } = {},
): Decided {
  // It may quote the message.
  const detail = detailOf(why)
  const span = seen(state, work, started, `parked: ${reason}`)
  const parkable = work.parkable?.()
  if (parkable === undefined) return { work, span, outcome: { outcome: 'failed', error: new RuleViolation(reason, detail) } }
  if (blocks && parkable.key !== null) state.blocked.set(parkable.key, 'parked')
  const origin = { ...parkable.origin, ...attemptOf(span) }
  const parked: ParkedEntry = { ...parkable, origin, status: 'parked', blocks, reason, detail, retryInMs: null }
  return { work, span, outcome: { outcome: 'parked', reason, detail }, parked }
}

/** What the next attempt's span is linked to; nothing when nobody will see this one. */
function attemptOf(span: Span): { attempt?: string } {
  const { traceparent } = span.isRecording() ? originOf(trace.setSpan(ROOT_CONTEXT, span)) : {}
  return traceparent === undefined ? {} : { attempt: traceparent }
}
