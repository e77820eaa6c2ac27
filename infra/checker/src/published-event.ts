import { crc32 } from 'node:zlib'

/** A message in a topic, as far as the rules look at it: small, as there are hundreds of thousands. The same event may lie there several times. */
export interface PublishedEvent {
  readonly id: string
  readonly type: string
  /** The service that emitted it. */
  readonly source: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly sagaId: string
  /** The event that made it; absent when a command, a timer, or somebody outside did. */
  readonly causationId?: string
  /** What else made it: `command PlaceOrder`, `timer risk-deadline`. Absent for both: it was written by somebody outside. */
  readonly trigger?: string
  /** Which return, refund or notification of the saga it is about. */
  readonly subject?: string
  /** Tells apart different bodies under one id. */
  readonly digest: number
}

/** A message as the log delivers it, from memory or from Kafka. */
export interface RawMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  /** The body; text is UTF-8. */
  readonly value: Buffer | string | null
  readonly headers: Readonly<Record<string, string>>
}

// The same few names come in hundreds of thousands of messages: one string for each.
const names = new Map<string, string>()
const shared = (name: string): string => {
  const known = names.get(name)
  if (known !== undefined) return known
  if (names.size < 1_000) names.set(name, name)
  return name
}

/** Undefined for what is no event: such a message can only be parked. */
export function publishedEvent({ topic, partition, offset, key, value, headers }: RawMessage): PublishedEvent | undefined {
  const { ce_id: id, ce_type: type, ce_source: source, ce_causationid: causationId, ce_trigger: trigger } = headers
  if (id === undefined || type === undefined || key === null || value === null) return undefined
  const subject = subjectOf(type, value)
  return {
    id,
    type: shared(type),
    source: shared(source ?? ''),
    topic: shared(topic),
    partition,
    offset: Number(offset),
    sagaId: key,
    digest: crc32(value),
    ...(causationId === undefined ? {} : { causationId }),
    ...(trigger === undefined ? {} : { trigger: shared(trigger) }),
    ...(subject === undefined ? {} : { subject }),
  }
}

/** By a word of the type; the first one counts. */
const subjects = [
  ['Return', 'returnId'],
  ['Refund', 'refundId'],
  ['Notification', 'notificationId'],
] as const

/** Bodies are opened only where a saga may have several events of the type. */
function subjectOf(type: string, value: Buffer | string): string | undefined {
  const field = subjects.find(([word]) => type.includes(word))?.[1]
  if (field === undefined) return undefined
  try {
    const subject = (JSON.parse(value.toString()) as Record<string, unknown> | null)?.[field]
    return typeof subject === 'string' ? subject : undefined
  } catch {
    return undefined
  }
}
