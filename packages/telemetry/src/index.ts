export * from './conventions.ts'
export { publicEdge } from './edge.ts'
export { type Logger, logger } from './logs.ts'
export { counter, gauge, histogram, type Labels, type MetricOptions, processDuration, type Reading } from './metrics.ts'
export { prometheusHandler } from './prometheus.ts'
export { holdsCardNumber, redact, redactText } from './redact.ts'
export { sagaIdOf, withBaggage, withSaga } from './saga-context.ts'
export { isSagaSampled } from './saga-hash.ts'
export { inScope, serviceScope } from './scope.ts'
export { assertInstrumented } from './self-check.ts'
export { type Flushed, shutdownTelemetry } from './shutdown.ts'
export type { Scope } from './state.ts'
export {
  inSpan,
  type Origin,
  originFrom,
  originOf,
  type ProcessInfo,
  recordError,
  type SendInfo,
  type Started,
  startProcessSpan,
  startSendSpan,
  suppressed,
} from './tracing.ts'
export type { Carrier, HeaderValue } from './w3c.ts'
