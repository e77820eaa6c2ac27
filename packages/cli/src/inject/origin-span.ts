import type { InjectedMessage } from './message.ts'

/**
 * Sends the span under which the event is injected to the collector (OTLP as JSON, one span), so that the links of its handlers lead somewhere.
 * Resolves to false when the collector did not take it; the event is no worse for that.
 */
export async function exportOrigin(
  otlpUrl: string,
  { origin, headers, topic, key, id, sagaId }: InjectedMessage,
  startMs: number,
  endMs: number,
): Promise<boolean> {
  if (origin === undefined) return true
  const type = headers['ce_type'] ?? ''
  const text = (name: string, value: string) => ({ key: name, value: { stringValue: value } })
  const span = {
    ...origin,
    name: `inject ${type}`,
    // SPAN_KIND_PRODUCER
    kind: 4,
    startTimeUnixNano: nanos(startMs),
    endTimeUnixNano: nanos(endMs),
    attributes: [
      text('saga.id', sagaId),
      text('saga.injected', 'true'),
      text('messaging.system', 'kafka'),
      text('messaging.destination.name', topic),
      text('messaging.kafka.message.key', key),
      text('messaging.message.id', id),
      text('cloudevents.event_type', type),
    ],
  }
  const resource = { attributes: [text('service.name', 'murmur'), text('service.namespace', 'murmuration')] }
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: '@murmuration/cli' }, spans: [span] }] }] })
  try {
    const answer = await fetch(`${otlpUrl.replace(/\/$/, '')}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(3_000),
    })
    return answer.ok
  } catch {
    return false
  }
}

const nanos = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n)
