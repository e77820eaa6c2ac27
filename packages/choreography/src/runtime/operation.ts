import { type Origin, originFrom, type Started, withSaga } from '@murmuration/telemetry'
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'

const tracer = trace.getTracer('@murmuration/choreography')

/**
 * Starts the span of work that no message brought: a fired timer (`root`: a trace of its own, linked to where it was armed), or the steps of a side
 * effect (children of the reaction that wanted it).
 */
export function startOperation(
  name: string,
  {
    sagaId,
    origin,
    failedAttempt,
    root,
    startTime,
    force = false,
  }: { sagaId: string; origin: Origin; failedAttempt?: string | undefined; root: boolean; startTime?: number; force?: boolean },
): Started {
  const { spanContext } = originFrom(origin)
  const failed = failedAttempt === undefined ? undefined : originFrom({ traceparent: failedAttempt }).spanContext
  const linked = [spanContext, failed].filter((context) => context !== undefined)
  const base = withSaga(sagaId, ROOT_CONTEXT)
  const parent = root || spanContext === undefined ? base : trace.setSpanContext(base, spanContext)
  const span = tracer.startSpan(
    name,
    {
      kind: SpanKind.INTERNAL,
      links: linked.map((context) => ({ context })),
      attributes: { 'saga.id': sagaId, ...(force ? { 'saga.force': true } : {}) },
      ...(startTime === undefined ? {} : { startTime }),
    },
    parent,
  )
  return { span, context: trace.setSpan(parent, span) }
}
