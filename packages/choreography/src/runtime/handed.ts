import type { Assignment, LogMessage } from '../ports.ts'

/** What a service was handed past the log, until the log has brought it, too. */
export interface Handed {
  /** Those that may be handled now; the others have to come through the log, and what follows them under their key, too. */
  acceptable(messages: readonly LogMessage[], atOnce: boolean): readonly LogMessage[]
  /** These are on their way to be committed. */
  begun(messages: readonly LogMessage[]): void
  /** These were committed. */
  done(messages: readonly LogMessage[]): void
  /** What is known of a message that the log brings: `done`: committed here; `under way`: it will be; `new`: it has to be handled. */
  seen(message: LogMessage): 'new' | 'under way' | 'done'
  /** True while something has to be seen in the log before others may be handed over. */
  waits(): boolean
  /** The log has brought all there is of a partition. */
  caughtUp(topic: string, partition: number): void
  /** What others wrote to a topic may not have been read yet. */
  unsettle(topic: string): void
  /** The partitions are others now: all comes through the log again. */
  reassigned(assignment: Assignment): void
}

interface Entry {
  readonly message: LogMessage
  committed: boolean
}

/** More than a service has under way and unread at a time; past it everything comes through the log. */
const MAX_ENTRIES = 10_000

export function handed(): Handed {
  const entries = new Map<string, Entry>()
  /** Ids that have to be seen in the log first, by topic and key. */
  const awaited = new Map<string, Set<string>>()
  /** Partitions of which everything was read that others may have written. */
  const settled = new Set<string>()
  let owns: Assignment['owns'] = () => false
  const placeOf = (topic: string, partition: number) => `${topic}/${partition}`

  return {
    acceptable(messages, atOnce) {
      const accepted: LogMessage[] = []
      for (const message of messages) {
        const { topic, partition } = message
        if (!owns(topic, partition)) continue
        const line = `${topic} ${message.key}`
        const waiting = awaited.get(line)
        if (atOnce && settled.has(placeOf(topic, partition)) && waiting === undefined && entries.size < MAX_ENTRIES) accepted.push(message)
        else if (waiting === undefined) awaited.set(line, new Set([message.id as string]))
        else waiting.add(message.id as string)
      }
      return accepted
    },
    begun(messages) {
      for (const message of messages) entries.set(message.id as string, { message, committed: false })
    },
    done(messages) {
      for (const { id } of messages) {
        const entry = entries.get(id as string)
        if (entry !== undefined) entry.committed = true
      }
    },
    seen(message) {
      if (entries.size === 0 && awaited.size === 0) return 'new'
      const { topic, key, value, id = message.headers['ce_id'] } = message
      if (id === undefined) return 'new'
      const line = `${topic} ${key}`
      const waiting = awaited.get(line)
      if (waiting?.delete(id) && waiting.size === 0) awaited.delete(line)
      const entry = entries.get(id)
      // Another message under the same id is a matter for the inbox.
      if (entry === undefined || value === null || !entry.message.value?.equals(value)) return 'new'
      entries.delete(id)
      return entry.committed ? 'done' : 'under way'
    },
    waits: () => awaited.size > 0,
    caughtUp(topic, partition) {
      settled.add(placeOf(topic, partition))
    },
    unsettle(topic) {
      for (const place of settled) if (place.startsWith(`${topic}/`)) settled.delete(place)
    },
    reassigned(assignment) {
      owns = assignment.owns
      entries.clear()
      awaited.clear()
      settled.clear()
    },
  }
}
