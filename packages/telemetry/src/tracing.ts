import { randomUUID } from 'node:crypto'
import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { ATTR, KAFKA, OPERATION } from './conventions.ts'
import { sagaIdOf, withSaga } from './saga-context.ts'
import { isSagaSampled } from './saga-hash.ts'
import { shared } from './state.ts'
import { baggageFrom, baggageHeaderOf, type Carrier, spanContextFrom, traceparentOf } from './w3c.ts'

/** Where an event comes from, as plain header strings: what the outbox row keeps and the message carries. */
export type Origin = { traceparent?: string; tracestate?: string; baggage?: string }

/** A started span, and the context in which it is active. The caller ends the span. */
export type Started = { span: Span; context: Context }

/** What is known of a message when it is sent. */
export type SendInfo = {
  topic: string
  partition?: number | undefined
  key?: string | undefined
  messageId?: string | undefined
  sagaId?: string | undefined
  eventType?: string | undefined
  /** Headers that hold the creation context: an {@link Origin}, a stored row or Kafka headers. Malformed ones are ignored. */
  origin?: Carrier | undefined
  /** Number of messages of the batch, when it is one. */
  batchSize?: number | undefined
  startTime?: TimeInput | undefined
}

/** What is known of a message when it is handled. */
export type ProcessInfo = SendInfo & {
  partition: number
  /** Kafka's offset: a decimal string as kafkajs gives it, or a number; none for a message that was handed over past the log. */
  offset: string | number | undefined
  /** It came past the log, from a service in the same process. */
  handedOver?: boolean
  group: string
  /** The `traceparent` of an attempt at handling it that failed before: linked, too. */
  failedAttempt?: string | undefined
  /** Records the span, and by its events the rest of the saga, whatever the sampling ratio says. */
  force?: boolean | undefined
}

const tracer = trace.getTracer('@murmuration/telemetry')

/** The active span's context and the allow-listed baggage, as header strings. Empty without a span. */
export const originOf = (ctx: Context = context.active()): Origin => {
  const spanContext = trace.getSpanContext(ctx)
  const baggage = baggageHeaderOf(propagation.getBaggage(ctx))
  const origin: Origin = baggage === undefined ? {} : { baggage }
  if (!spanContext || !trace.isSpanContextValid(spanContext)) return origin
  const tracestate = spanContext.traceState?.serialize()
  return { traceparent: traceparentOf(spanContext), ...(tracestate ? { tracestate } : {}), ...origin }
}

/** Reads an origin back. Both parts are undefined when absent; a malformed traceparent counts as absent. */
export const originFrom = (headers: Carrier) => ({ spanContext: spanContextFrom(headers), baggage: baggageFrom(headers) })

const messageAttributes = (info: SendInfo, operation: { name: string; type: string }): Attributes => ({
  [ATTR.system]: KAFKA,
  [ATTR.operationName]: operation.name,
  [ATTR.operationType]: operation.type,
  [ATTR.destination]: info.topic,
  [ATTR.partition]: info.partition === undefined ? undefined : String(info.partition),
  [ATTR.key]: info.key,
  [ATTR.messageId]: info.messageId,
  [ATTR.conversationId]: info.sagaId,
  [ATTR.eventType]: info.eventType,
  [ATTR.batchSize]: info.batchSize,
})

const offsetAttribute = (offset: string | number): string | number => (Number.isSafeInteger(Number(offset)) ? Number(offset) : offset)

/** What the sampler says of a span of this saga that is linked to these. */
const isUnsampled = (sagaId: string, links: readonly Link[]): boolean =>
  shared.ratio !== undefined &&
  !isSagaSampled(sagaId, shared.ratio) &&
  !links.some(({ context: { traceFlags } }) => traceFlags & TraceFlags.SAMPLED)

/** A span that nobody will see, for nine of ten messages in production: ids for the log and for what it causes, without the SDK's work. */
const unseen = (traceId = randomUUID().replaceAll('-', '')): Span =>
  trace.wrapSpanContext({ traceId, spanId: randomUUID().slice(-12) + randomUUID().slice(0, 4), traceFlags: TraceFlags.NONE })

const startLinked = (info: ProcessInfo | SendInfo, kind: SpanKind, operation: { name: string; type: string }, child: boolean): Started => {
  const { spanContext, baggage } = originFrom(info.origin ?? {})
  const links: Link[] = spanContext ? [{ context: spanContext }] : []
  const failed =
    'failedAttempt' in info && info.failedAttempt !== undefined ? spanContextFrom({ traceparent: info.failedAttempt }) : undefined
  if (failed !== undefined) links.push({ context: failed })
  const base = baggage ? propagation.setBaggage(ROOT_CONTEXT, baggage) : ROOT_CONTEXT
  const ctx = info.sagaId === undefined ? base : withSaga(info.sagaId, base)
  const forced = 'force' in info && info.force === true
  if (!forced && info.sagaId !== undefined && isUnsampled(info.sagaId, links)) {
    const span = unseen(child ? spanContext?.traceId : undefined)
    return { span, context: trace.setSpan(ctx, span) }
  }
  const attributes: Attributes = forced ? { [ATTR.sagaId]: info.sagaId, [ATTR.sagaForce]: true } : { [ATTR.sagaId]: info.sagaId }
  const options = { kind, links, attributes, ...(info.startTime === undefined ? {} : { startTime: info.startTime }) }
  const parent = child && spanContext ? trace.setSpanContext(ctx, spanContext) : ctx
  const span = tracer.startSpan(`${operation.name} ${info.topic}`, options, parent)
  // The rest only where somebody will see it: an unsampled span costs next to nothing.
  if (span.isRecording()) span.setAttributes(messageAttributes(info, operation))
  return { span, context: trace.setSpan(ctx, span) }
}

/**
 * Starts the span of handling one message: a **new root** `process <topic>` (CONSUMER), linked to the message's origin when there is
 * one. Its context carries the saga id and the origin's baggage, and nothing of the context that is active now.
 */
export const startProcessSpan = (info: ProcessInfo): Started => {
  const started = startLinked(info, SpanKind.CONSUMER, OPERATION.process, false)
  if (started.span.isRecording()) {
    const offset = info.offset === undefined ? undefined : offsetAttribute(info.offset)
    started.span.setAttributes({
      [ATTR.group]: info.group,
      [ATTR.offset]: offset,
      [ATTR.delivery]: info.handedOver === true ? 'hand-over' : 'log',
    })
  }
  return started
}

/** Starts the span of sending one message: `send <topic>` (CLIENT), a child of its origin and linked to it. */
export const startSendSpan = (info: SendInfo): Started => startLinked(info, SpanKind.CLIENT, OPERATION.send, true)

/** Marks a span as failed: exception event, `error.type` (the error's code, else its name) and status. Does not end it. */
export const recordError = (span: Span, error: unknown): void => {
  if (!span.isRecording()) return
  const known = error instanceof Error ? error : new Error(String(error))
  const code = 'code' in known && typeof known.code === 'string' ? known.code : known.name
  span.recordException(known)
  span.setAttribute(ATTR.errorType, code)
  span.setStatus({ code: SpanStatusCode.ERROR, message: known.message })
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** Runs `fn`, sync or async, in an active span of this name and ends it; what `fn` throws is recorded and thrown on. */
export const inSpan = <T>(name: string, fn: (span: Span) => T, attributes: Attributes = {}): T => {
  const outer = trace.getSpan(context.active())
  const sagaId = sagaIdOf(context.active())
  // Inside a span that nobody will see there is nothing to be seen either.
  if (outer !== undefined && sagaId !== undefined && isUnsampled(sagaId, [{ context: outer.spanContext() }])) return fn(outer)
  return tracer.startActiveSpan(name, { attributes }, (span) => {
    const fail = (error: unknown): never => {
      recordError(span, error)
      span.end()
      throw error
    }
    try {
      const result = fn(span)
      if (!isThenable(result)) {
        span.end()
        return result
      }
      const ended = result.then((value) => {
        span.end()
        return value
      }, fail)
      return ended as T
    } catch (error) {
      return fail(error)
    }
  })
}

const SUPPRESSED = suppressTracing(ROOT_CONTEXT)

/** Runs `fn` with tracing switched off and outside any trace: for client calls whose spans we make ourselves. */
export const suppressed = <T>(fn: () => T): T => context.with(SUPPRESSED, fn)
