import { ATTR } from '@murmuration/telemetry'
import { trace } from '@opentelemetry/api'

/**
 * Topic, partition and offset of the message that is being handled, as the runtime's `process` span has them; empty when that is not recorded.
 * An event does not carry them, as no rule may depend on them.
 */
export function placeOfMessage(): Readonly<Record<string, string | number>> {
  const span = trace.getActiveSpan()
  const known = span !== undefined && 'attributes' in span ? (span.attributes as Readonly<Record<string, unknown>>) : {}
  const place: Record<string, string | number> = {}
  for (const name of [ATTR.destination, ATTR.partition, ATTR.offset]) {
    const value = known[name]
    if (typeof value === 'string' || typeof value === 'number') place[name] = value
  }
  return place
}
