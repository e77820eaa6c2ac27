import type { LogMessage, Wire } from './ports.ts'
import { keyOf, storable } from './text.ts'

export interface MessageParts {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** All headers as they came: read only when somebody asks for one. */
  headers(): Wire['headers']
  /** The headers `ce_type` and `ce_id` alone, where they can be had without the others. */
  readonly type?: Buffer | null | undefined
  id?(): Buffer | null | undefined
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({ __proto__: null } as unknown as Record<string, string>)

/** A message of the log as the runtime sees it, whatever bytes it has: its text can be stored, and `wire` has the bytes. */
export function logMessage(parts: MessageParts): LogMessage {
  const { topic, partition, offset, timestamp, key, value } = parts
  let decoded: Readonly<Record<string, string>> | undefined
  return {
    topic,
    partition,
    offset,
    key: keyOf(key),
    value,
    timestamp,
    type: 'type' in parts ? textOf(parts.type) : textOf(parts.headers().find(([name]) => name.toString('latin1') === 'ce_type')?.[1]),
    get id() {
      return parts.id === undefined ? this.headers['ce_id'] : textOf(parts.id())
    },
    get headers() {
      return (decoded ??= headersOf(parts.headers()))
    },
    wire: () => ({ key, headers: parts.headers() }),
  }
}

/** A header that comes twice counts as it came first. */
function headersOf(wire: Wire['headers']): Readonly<Record<string, string>> {
  if (wire.length === 0) return noHeaders
  // Without a prototype: a header may have any name.
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of wire) headers[storable(name.toString('utf8'))] ??= textOf(value) ?? ''
  return headers
}

const textOf = (bytes: Buffer | null | undefined): string | undefined => (bytes ? storable(bytes.toString('utf8')) : undefined)

/** The bytes of a message that has none of its own: one that was made of text. */
export const wireOf = ({ key, headers, wire }: LogMessage): Wire =>
  wire?.() ?? {
    key: key === null ? null : Buffer.from(key),
    headers: Object.entries(headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]),
  }
