import type { LogMessage, LogReader, Spot } from '@murmuration/choreography'

interface Part {
  readonly from: readonly Spot[]
  /** Up to here, not including it. */
  readonly until: readonly Spot[]
  /** Ends the reading. */
  readonly signal: AbortSignal
  /** Whether nothing that was written at this time (milliseconds since 1970) or later is wanted. */
  beyond(at: number): boolean
}

/** Messages with the key in a part of the log, in the order of their topics; never more than a few megabytes of others' in memory. */
export async function* past(reader: LogReader, key: string, { from, until, beyond, signal }: Part): AsyncGenerator<LogMessage> {
  const ends = new Map(until.map(({ topic, offset }) => [topic, offset]))
  const open = new Map(from.map((spot) => [spot.topic, spot]))
  for (;;) {
    for (const { topic, offset } of open.values()) if (offset >= (ends.get(topic) ?? 0n)) open.delete(topic)
    if (open.size === 0 || signal.aborted) return
    for (const passage of await reader.read([...open.values()], 100)) {
      open.set(passage.topic, passage)
      for (const message of passage.messages)
        if (message.key === key && BigInt(message.offset) < (ends.get(passage.topic) ?? 0n)) yield message
      const last = passage.messages.at(-1)
      if (last && beyond(last.timestamp)) open.delete(passage.topic)
    }
  }
}
