import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { dataschemaOf, decode, type Emission, type EventOf, eventByType, formats, Malformed, parseDataschema } from '@murmuration/contracts'
import type { Origin } from '@murmuration/telemetry'
import type { LogMessage, OutgoingRecord } from './ports.ts'
import { isStorable } from './text.ts'

/** Broker's default `message.max.bytes` is 1 MiB; headers and framing need some of it. */
export const MAX_EVENT_BYTES = 900_000

/** Why a message is not for this consumer, or the event that it carries. */
export type Opened =
  | { readonly event: EventOf<string, unknown> }
  | { readonly skipped: string }
  | { readonly refused: 'malformed' | 'unknown_version' | 'wrong_producer' | 'undecodable' | 'removed'; readonly detail: string }

/** How messages are read; each is its own pure function of the message. */
export interface Reader {
  open(message: LogMessage): Opened
  digestOf(message: LogMessage): string
}

/** The `ce_dataschema` of each event's newest version, by its type. */
const newestSchemas = new Map(Array.from(eventByType.values(), (kind) => [kind.type, dataschemaOf(kind)]))

/** Turns an emission into a CloudEvents 1.0 binary-mode message, keyed by its saga. Throws when it is too large for the broker. */
export function seal(
  emission: Emission,
  about: { id: string; sagaId: string; causationId: string | undefined; trigger?: string | undefined; time: string; origin: Origin },
): OutgoingRecord {
  const { event, data } = emission
  const errors = event.validate(data)
  if (errors.length > 0) throw new Malformed(`${event.type} breaks its own schema: ${describe(errors)}`)
  const headers: Record<string, string> = {
    // First, as every consumer of the topic looks for it, and most for nothing else.
    ce_type: event.type,
    ce_specversion: '1.0',
    ce_id: about.id,
    ce_source: event.source,
    ce_time: about.time,
    ce_dataschema: newestSchemas.get(event.type) ?? dataschemaOf(event),
    'content-type': 'application/json',
    ce_sagaid: about.sagaId,
    ...about.origin,
  }
  if (about.causationId !== undefined) headers['ce_causationid'] = about.causationId
  else if (about.trigger !== undefined) headers['ce_trigger'] = about.trigger
  const body = JSON.stringify(data)
  if (body.length > MAX_EVENT_BYTES / 3 && Buffer.byteLength(body) > MAX_EVENT_BYTES)
    throw new Malformed(`${event.type} is larger than ${MAX_EVENT_BYTES} bytes`)
  return { id: about.id, topic: event.topic, key: about.sagaId, headers, body }
}

/** Opens and checks a message in full: envelope, producer, version, schema. */
export function open(message: LogMessage): Opened {
  const { headers, unreadable } = message
  if (unreadable !== undefined) return { refused: unreadable.reason, detail: unreadable.detail }
  const type = headers['ce_type']
  const id = headers['ce_id']
  if (type === undefined || id === undefined || id === '')
    return { refused: 'malformed', detail: 'the headers ce_id and ce_type are missing' }
  const kind = eventByType.get(type)
  if (kind === undefined) return { skipped: `unknown type ${type}` }
  if (kind.topic !== message.topic || kind.source !== headers['ce_source'])
    return {
      refused: 'wrong_producer',
      detail: `${type} comes from ${kind.source} on ${kind.topic}, not from ${headers['ce_source']} on ${message.topic}`,
    }
  const dataschema = headers['ce_dataschema']
  const schema = dataschema === undefined || dataschema === newestSchemas.get(type) ? kind : parseDataschema(dataschema)
  if (schema === undefined || schema.type !== type) return { refused: 'malformed', detail: `ce_dataschema is not one of ${type}` }
  if (!isId(id))
    return {
      refused: 'malformed',
      detail: `ce_id: expected 1 to ${MAX_ID_LENGTH} characters, none of them a control character or a backslash`,
    }
  const time = timeOf(message)
  if (time === undefined)
    return { refused: 'malformed', detail: 'ce_time: expected an RFC 3339 time from 2000 to 2199, or a record whose timestamp is one' }
  const body = parse(message.value)
  if ('broken' in body) return { refused: 'malformed', detail: body.broken }
  const decoded = decode(type, schema.version, body.json)
  if ('unknownVersion' in decoded) return { refused: 'unknown_version', detail: `${type} has no version ${schema.version} here` }
  if ('errors' in decoded) return { refused: 'malformed', detail: describe(decoded.errors) }
  const sagaId = (decoded.data as Record<string, unknown>)[kind.sagaField]
  if (typeof sagaId !== 'string' || (message.key !== null && message.key !== sagaId))
    return { refused: 'malformed', detail: `the message's key is not the event's ${kind.sagaField}` }
  const causationId = headers['ce_causationid']
  const event = {
    id,
    type,
    version: kind.version,
    source: kind.source,
    sagaId,
    time,
    data: decoded.data,
  }
  return { event: causationId === undefined ? event : { ...event, causationId } }
}

/** What tells a message that comes again from another one under the same id. */
export const digestOf = ({ value, headers }: LogMessage): string =>
  hash('sha256', value ?? Buffer.alloc(0), 'base64url') + (headers['ce_type'] ?? '')

export const reader: Reader = { open, digestOf }

/** Ids are indexed in the inbox; CloudEvents allows no control characters (section 2.3, type String), and `\` begins what was escaped as no text. */
const MAX_ID_LENGTH = 256
const isId = (id: string): boolean => id.length <= MAX_ID_LENGTH && !/[\p{Control}\\]/u.test(id)

/** Where the times end that events may name: what is later was no number of milliseconds. */
const LATEST_MS = Date.UTC(2200, 0)

/** When the event happened, as its producer says; else when its record was written. */
function timeOf({ headers, timestamp }: LogMessage): string | undefined {
  const said = headers['ce_time']
  if (said !== undefined) return formats['date-time'].test(said.toUpperCase()) ? said : undefined
  return Math.abs(timestamp) < LATEST_MS ? new Date(timestamp).toISOString() : undefined
}

const UNSTORABLE = 'expected text without NUL (\\u0000) and without halves of surrogate pairs, which no database can hold'

/** Only text that was escaped can hold what cannot be stored, as JSON has no other way to write it. */
const holdsStorableText = (text: string, json: unknown): boolean => !text.includes('\\u') || isStorable(json)

function parse(value: Buffer | null): { json: unknown } | { broken: string } {
  if (value === null || value.length === 0) return { broken: 'the body is empty' }
  if (!isUtf8(value)) return { broken: 'the body is not UTF-8' }
  const text = value.toString('utf8')
  try {
    const json: unknown = JSON.parse(text)
    return holdsStorableText(text, json) ? { json } : { broken: `the body: ${UNSTORABLE}` }
  } catch (error) {
    return { broken: `the body is not JSON: ${(error as Error).message}` }
  }
}

const describe = (errors: readonly { field: string; expected: string }[]): string =>
  errors.map(({ field, expected }) => `${field || 'the data'}: expected ${expected}`).join('; ')
