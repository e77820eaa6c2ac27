import { type Context, createContextKey, propagation, type SpanContext, type TextMapPropagator, trace } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { SAGA_HEADER } from './conventions.ts'
import { withSaga } from './saga-context.ts'
import { currentScope } from './scope.ts'
import { originFrom, originOf } from './tracing.ts'
import type { HeaderValue } from './w3c.ts'

const CLIENT = createContextKey('murmuration client span context')
const TRACE_FIELDS = ['traceparent', 'tracestate', 'baggage']
const SAGA_ID_FORM = /^[\w.:-]{1,128}$/

/** The span context that a client of the public edge sent, to be linked to. */
export const clientContextOf = (ctx: Context): SpanContext | undefined => ctx.getValue(CLIENT) as SpanContext | undefined

/** W3C trace context and allow-listed baggage over HTTP; trusts what comes in unless the service is the public edge. */
export const propagator: TextMapPropagator<unknown> = {
  inject: (ctx, carrier, setter) => {
    if (isTracingSuppressed(ctx)) return
    for (const [name, value] of Object.entries(originOf(ctx))) setter.set(carrier, name, value)
  },
  extract: (ctx, carrier, getter) => {
    const headers: Record<string, HeaderValue> = {}
    for (const name of TRACE_FIELDS) headers[name] = getter.get(carrier, name)
    const saga = getter.get(carrier, SAGA_HEADER)
    const base = typeof saga === 'string' && SAGA_ID_FORM.test(saga) ? withSaga(saga, ctx) : ctx
    const { spanContext, baggage } = originFrom(headers)
    if (currentScope().edge) return spanContext ? base.setValue(CLIENT, spanContext) : base
    const carried = baggage ? propagation.setBaggage(base, baggage) : base
    return spanContext ? trace.setSpanContext(carried, spanContext) : carried
  },
  fields: () => TRACE_FIELDS,
}
