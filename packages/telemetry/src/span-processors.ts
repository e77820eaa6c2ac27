import { type Attributes, propagation } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { ATTR, BAGGAGE_KEYS } from './conventions.ts'
import { clientContextOf } from './propagator.ts'
import { redactText } from './redact.ts'
import { sagaIdOf } from './saga-context.ts'

const nothing = async (): Promise<void> => {}

/** Copies the saga id and the allow-listed baggage of the context to every span, and links an edge's root to its client's span. */
export const contextAttributes: SpanProcessor = {
  onStart: (span, ctx) => {
    const sagaId = sagaIdOf(ctx)
    if (sagaId !== undefined) span.setAttribute(ATTR.sagaId, sagaId)
    const baggage = propagation.getBaggage(ctx)
    if (baggage) {
      for (const key of BAGGAGE_KEYS) {
        const value = baggage.getEntry(key)?.value
        if (value !== undefined) span.setAttribute(key, value)
      }
    }
    const client = clientContextOf(ctx)
    if (client && !span.parentSpanContext) span.addLink({ context: client })
  },
  onEnd: () => {},
  forceFlush: nothing,
  shutdown: nothing,
}

const redactAttributes = (attributes: Attributes): void => {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string') attributes[key] = redactText(value)
    else if (Array.isArray(value)) attributes[key] = value.map((each) => (typeof each === 'string' ? redactText(each) : each)) as string[]
  }
}

/** Takes card numbers and secrets out of an ended span, in place: its attributes, its events (exceptions) and its status. */
export const redactSpan = (span: ReadableSpan): void => {
  redactAttributes(span.attributes)
  for (const event of span.events) if (event.attributes) redactAttributes(event.attributes)
  if (span.status.message) span.status.message = redactText(span.status.message)
}
