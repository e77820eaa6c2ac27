/** A span as Tempo has it. Ids are lower-case hex, times milliseconds since 1970 (with fractions). */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly service: string
  readonly name: string
  /** SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL. */
  readonly kind: string
  readonly startMs: number
  readonly durationMs: number
  readonly links: readonly SpanRef[]
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** Set when it failed: why. */
  readonly error?: string
}

export interface SpanRef {
  readonly traceId: string
  readonly spanId: string
}

export const endMs = ({ startMs, durationMs }: Span): number => startMs + durationMs
export const keyOf = ({ traceId, spanId }: SpanRef): string => `${traceId}/${spanId}`

const textAttribute = ({ attributes }: Span, name: string): string | undefined => {
  const value = attributes[name]
  return typeof value === 'string' ? value : undefined
}
// The names are those of packages/telemetry/src/conventions.ts; a trace is read like any other data from outside.
export const sagaOf = (span: Span): string | undefined => textAttribute(span, 'saga.id')
export const eventTypeOf = (span: Span): string | undefined => textAttribute(span, 'cloudevents.event_type')
export const outcomeOf = (span: Span): string | undefined => textAttribute(span, 'murmuration.outcome')
export const reasonOf = (span: Span): string | undefined => textAttribute(span, 'murmuration.reason')
/** Handling a message. */
export const isProcess = (span: Span): boolean => textAttribute(span, 'messaging.operation.type') === 'process'
/** Publishing a message. */
export const isSend = (span: Span): boolean => textAttribute(span, 'messaging.operation.type') === 'send'
/** `reservation-expires` for the span of that timer's firing. */
export const timerOf = ({ name, parentSpanId }: Span): string | undefined =>
  parentSpanId === null && name.startsWith('timer ') ? name.slice('timer '.length) : undefined
