import {
  type Baggage,
  type BaggageEntry,
  createTraceState,
  isSpanContextValid,
  propagation,
  type SpanContext,
  TraceFlags,
} from '@opentelemetry/api'
import { BAGGAGE_KEYS } from './conventions.ts'

/** A header's value as HTTP, Kafka or a database row gives it. */
export type HeaderValue = string | Uint8Array | null | undefined | readonly (string | Uint8Array)[]
/** Headers by lower-case name. */
export type Carrier = { readonly [name: string]: HeaderValue }

// Version 00 is exactly these four fields; a later version may append more after a dash; version ff is forbidden.
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const KNOWN_FLAGS = TraceFlags.SAMPLED | 0x02
const MAX_BAGGAGE_BYTES = 8192
const MAX_BAGGAGE_VALUE = 256

const textOf = (value: HeaderValue, separator?: string): string | undefined => {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  // Two traceparents contradict each other; lists of tracestate and baggage are joined, as HTTP says.
  if (value.length > 1 && separator === undefined) return undefined
  return value.map((each) => textOf(each)).join(separator)
}

/** The span context of a carrier's `traceparent` and `tracestate`; undefined when absent or malformed by W3C rules. */
export const spanContextFrom = (carrier: Carrier): SpanContext | undefined => {
  const match = TRACEPARENT.exec(textOf(carrier['traceparent'])?.trim() ?? '')
  if (!match) return undefined
  const [, version, traceId = '', spanId = '', flags = '00', rest] = match
  if (version === '00' && rest !== undefined) return undefined
  const state = textOf(carrier['tracestate'], ',')
  const context: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & KNOWN_FLAGS, isRemote: true }
  if (!isSpanContextValid(context)) return undefined
  return state ? { ...context, traceState: createTraceState(state) } : context
}

/** `traceparent` of a span context. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & KNOWN_FLAGS).toString(16).padStart(2, '0')}`

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The allow-listed entries of a carrier's `baggage`; undefined when there are none, or when the header is over 8192 bytes. */
export const baggageFrom = (carrier: Carrier): Baggage | undefined => {
  const header = textOf(carrier['baggage'], ',')
  if (!header || Buffer.byteLength(header) > MAX_BAGGAGE_BYTES) return undefined
  const entries: Record<string, BaggageEntry> = {}
  for (const member of header.split(',')) {
    const [pair = ''] = member.split(';')
    const at = pair.indexOf('=')
    const key = BAGGAGE_KEYS.find((known) => known === pair.slice(0, at).trim())
    const value = decoded(pair.slice(at + 1).trim())
    if (at > 0 && key && value && value.length <= MAX_BAGGAGE_VALUE) entries[key] = { value }
  }
  return Object.keys(entries).length > 0 ? propagation.createBaggage(entries) : undefined
}

/** `baggage` header of the allow-listed entries; undefined when there are none. */
export const baggageHeaderOf = (baggage: Baggage | undefined): string | undefined => {
  if (!baggage) return undefined
  const members = BAGGAGE_KEYS.flatMap((key) => {
    const value = baggage.getEntry(key)?.value
    return value && value.length <= MAX_BAGGAGE_VALUE ? [`${key}=${encodeURIComponent(value)}`] : []
  })
  return members.length > 0 ? members.join(',') : undefined
}
