import { setTimeout as sleep } from 'node:timers/promises'
import { events as kinds } from '@murmuration/contracts'
import { EXIT } from '../errors.ts'
import { timeOfId } from '../ids.ts'
import { readTopics, type StoredMessage } from '../kafka/read.ts'
import { paint, type Result } from '../output.ts'
import type { Stack } from '../stack/stack.ts'
import { kindOf } from './inject.ts'

interface Options {
  readonly type?: readonly string[]
  readonly since?: number
  /** Wait until there is one of these types. */
  readonly until?: readonly string[]
  readonly timeout?: number
}

/** An event as `murmur events` prints it and `murmur inject --file` takes it. */
export interface PrintedEvent {
  readonly type: string
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  /** When it was written to the log, ISO 8601; what its producer says where that is no time. */
  readonly writtenAt: string
  readonly headers: Readonly<Record<string, string>>
  /** Text where it is not JSON. */
  readonly data: unknown
}

// Clocks differ, and an id is made a little before or after its message is written.
const SKEW_MS = 5 * 60_000

const POLL_MS = 300

/** `murmur events`. Exit 1 when there are none, or when what was waited for did not come in time. */
export async function events(stack: Stack, sagaId: string, { type, since = 24, until, timeout = 20 }: Options): Promise<Result> {
  const wanted = type === undefined ? undefined : new Set(type.map((name) => kindOf(name).type))
  const awaited = until === undefined ? undefined : new Set(until.map((name) => kindOf(name).type))
  const start = (timeOfId(sagaId) ?? Date.now() - since * 3_600_000) - SKEW_MS
  const deadline = Date.now() + timeout * 1000
  for (;;) {
    const all = await readSaga(stack, sagaId, start, awaited === undefined ? wanted : undefined)
    const come = awaited === undefined || all.some((event) => awaited.has(event.type))
    if (come || Date.now() >= deadline)
      return resultOf(
        sagaId,
        all.filter((event) => wanted?.has(event.type) ?? true),
        come,
      )
    await sleep(POLL_MS)
  }
}

async function readSaga(
  stack: Stack,
  sagaId: string,
  sinceMs: number,
  types: ReadonlySet<string> | undefined,
): Promise<readonly PrintedEvent[]> {
  const topics = [...new Set(kinds.filter((kind) => types?.has(kind.type) ?? true).map(({ topic }) => topic))]
  // Not only by key: an injected event may have another one.
  const own = (message: StoredMessage) => {
    const { key, headers } = message
    const belongs = (key === sagaId || headers['ce_sagaid'] === sagaId) && (types?.has(headers['ce_type'] ?? '') ?? true)
    return belongs ? printed(message) : undefined
  }
  return inOrder(await readTopics(stack, topics, sinceMs, own))
}

function resultOf(sagaId: string, found: readonly PrintedEvent[], come: boolean): Result {
  const lines = found.length === 0 ? [`no events of ${sagaId}`] : found.map(describe)
  if (!come) lines.push('  → What was waited for did not come in time. `murmur trace` and `murmur parked list` tell how far it got.')
  return { json: found, text: lines.join('\n'), exitCode: found.length === 0 || !come ? EXIT.no : EXIT.ok }
}

/** A message as it is printed. */
export const printed = ({ topic, partition, offset, key, headers, body, timestamp }: StoredMessage): PrintedEvent => ({
  type: headers['ce_type'] ?? 'unknown',
  id: headers['ce_id'] ?? `${topic}/${partition}/${offset}`,
  topic,
  partition,
  offset,
  key,
  writtenAt: timeOf(timestamp),
  headers,
  data: parsed(body),
})

const timeOf = (ms: number): string => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString()
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** By the time they were written, but never an event before the one that caused it: the topics' clocks agree only to the millisecond. */
export function inOrder(found: readonly PrintedEvent[]): readonly PrintedEvent[] {
  const waiting = found.toSorted(
    (a, b) => a.writtenAt.localeCompare(b.writtenAt) || (a.headers['ce_time'] ?? '').localeCompare(b.headers['ce_time'] ?? ''),
  )
  const ids = new Set(waiting.map(({ id }) => id))
  const done = new Set<string>()
  const ordered: PrintedEvent[] = []
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ headers, id }) => {
      const cause = headers['ce_causationid']
      return cause === undefined || cause === id || !ids.has(cause) || done.has(cause)
    })
    // A circle of causes can only be injected; then the time decides.
    const [next] = waiting.splice(Math.max(0, ready), 1) as [PrintedEvent]
    done.add(next.id)
    ordered.push(next)
  }
  return ordered
}

const describe = ({ writtenAt, topic, partition, offset, type, id, data }: PrintedEvent): string =>
  `${paint('dim', writtenAt)}  ${paint('bold', type)}  ${paint('dim', `${topic}/${partition}/${offset}  ${id}`)}\n  ${typeof data === 'string' ? data : JSON.stringify(data)}`
