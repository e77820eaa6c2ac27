import { type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts'
import type { Span, SpanRef } from './span.ts'

const kinds: Readonly<Record<string, string>> = {
  0: 'INTERNAL',
  1: 'INTERNAL',
  2: 'SERVER',
  3: 'CLIENT',
  4: 'PRODUCER',
  5: 'CONSUMER',
}

/**
 * The spans of a trace as Tempo's `/api/traces/{id}` gives it: OTLP as JSON, under the names of old and new versions, ids in base64 or hex.
 */
export function spansOf(answer: unknown): readonly Span[] {
  const trace = objectOf(objectOf(answer)['trace'] ?? answer)
  const batches = listOf(trace['batches'] ?? trace['resourceSpans']).map(objectOf)
  return batches.flatMap((batch) => {
    const service = String(attributesOf(objectOf(batch['resource'])['attributes'])['service.name'] ?? 'unknown')
    const scopes = listOf(batch['scopeSpans'] ?? batch['instrumentationLibrarySpans']).map(objectOf)
    return scopes.flatMap((scope) => listOf(scope['spans']).map((span) => spanOf(objectOf(span), service)))
  })
}

function spanOf(span: JsonObject, service: string): Span {
  const start = nanosOf(span['startTimeUnixNano'])
  const end = nanosOf(span['endTimeUnixNano'])
  const kind = span['kind']
  const parent = hexOf(span['parentSpanId'], 16)
  const error = errorOf(objectOf(span['status']))
  return {
    ...refOf(span),
    parentSpanId: parent === '' || /^0+$/.test(parent) ? null : parent,
    service,
    name: textOf(span['name']) ?? '',
    kind: typeof kind === 'number' ? (kinds[kind] ?? 'INTERNAL') : (textOf(kind) ?? 'INTERNAL').replace('SPAN_KIND_', ''),
    startMs: milliseconds(start),
    durationMs: end > start ? Number(end - start) / 1e6 : 0,
    links: listOf(span['links']).map((link) => refOf(objectOf(link))),
    attributes: attributesOf(span['attributes']),
    ...(error === undefined ? {} : { error }),
  }
}

const refOf = (from: JsonObject): SpanRef => ({ traceId: hexOf(from['traceId'], 32), spanId: hexOf(from['spanId'], 16) })

/** Old Tempo writes ids in base64, new ones in hex. */
function hexOf(id: unknown, digits: number): string {
  const text = textOf(id) ?? ''
  if (text === '') return ''
  const hex = /^[0-9a-f]+$/i.test(text) && text.length === digits ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex')
  return hex.padStart(digits, '0')
}

const nanosOf = (value: unknown): bigint => {
  const text = textOf(value) ?? String(numberOf(value) ?? 0)
  return /^\d+$/.test(text) ? BigInt(text) : 0n
}
// Whole milliseconds and the fraction apart: a float has no room for today's nanoseconds.
const milliseconds = (nanos: bigint): number => Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6

function errorOf(status: JsonObject): string | undefined {
  const failed = status['code'] === 2 || status['code'] === 'STATUS_CODE_ERROR'
  return failed ? (textOf(status['message']) ?? 'failed') : undefined
}

function attributesOf(list: unknown): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {}
  for (const entry of listOf(list).map(objectOf)) {
    const name = textOf(entry['key'])
    const value = valueOf(objectOf(entry['value']))
    if (name !== undefined && value !== undefined) attributes[name] = value
  }
  return attributes
}

function valueOf(value: JsonObject): string | number | boolean | undefined {
  if ('stringValue' in value) return String(value['stringValue'])
  if ('boolValue' in value) return value['boolValue'] === true
  if ('intValue' in value) return Number(value['intValue'])
  if ('doubleValue' in value) return Number(value['doubleValue'])
  if ('arrayValue' in value)
    return listOf(objectOf(value['arrayValue'])['values'])
      .map((each) => String(valueOf(objectOf(each)) ?? ''))
      .join(', ')
  return undefined
}
