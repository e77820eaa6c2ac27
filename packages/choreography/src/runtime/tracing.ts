import { inSpan, type Origin, originOf, type Started } from '@murmuration/telemetry'
import { type Context, context as contextApi, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from '@opentelemetry/api'

/** What the runtime does to be seen in traces. */
export interface Tracing {
  /** The span that this opens. */
  start(open: () => Started): Started
  /** Runs it in this context. */
  within<Result>(context: Context, act: () => Result): Result
  /** Runs it in a span of its own, inside of the active one. */
  inSpan<Result>(name: string, act: () => Result): Result
  /** Where what is done in this context says that it comes from. */
  originOf(context: Context): Origin
}

export const traced: Tracing = {
  start: (open) => open(),
  within: (context, act) => contextApi.with(context, act),
  inSpan,
  originOf,
}

const unseen: Started = { span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT), context: ROOT_CONTEXT }
const nowhere: Origin = {}

/** Where nobody would see a span there is none. */
export const untraced: Tracing = {
  start: () => unseen,
  within: (_, act) => act(),
  inSpan: (_, act) => act(),
  originOf: () => nowhere,
}
