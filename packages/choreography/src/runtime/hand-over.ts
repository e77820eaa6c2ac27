import type { LogMessage, OutboxRow } from '../ports.ts'

/**
 * What services that share a process hand to each other past the log: what one has committed goes at once to those that react to it, and to the log as
 * always. No service knows of it: the inbox makes what the log brings later harmless.
 */
export interface HandOver {
  /** Takes part until the function that it returns is called; a later one of the same group takes its place. */
  join(receiver: Receiver): () => void
  /**
   * Tells what a service has committed, in the order of its commits.
   * @param rows of one topic, each with its partition
   * @param atOnce false: it goes through the log alone, and what comes after it has to wait for it there
   * @returns true when all who react to it here have it: then nobody known to us waits for the log
   */
  offer(rows: readonly PlacedRow[], atOnce: boolean): boolean
  /** True when all that a topic gets is said by a service here: who reads it need not hurry to fetch. */
  speaksFor(topic: string): boolean
  /** Others may have written to the topic, too: what they wrote has to be seen in the log before anything is handed over again. */
  unsettle(topic: string): void
}

export interface PlacedRow {
  readonly row: OutboxRow
  /** Undefined while it is not known. */
  readonly partition: number | undefined
}

/** A service as it takes what it is handed. */
export interface Receiver {
  readonly group: string
  /** Of the events that it emits itself. */
  readonly topic: string
  /** True while no other instance of it takes part. */
  alone(): boolean
  /** Of the events that it reacts to. */
  readonly types: ReadonlySet<string>
  /** @returns true when it has taken all of it */
  take(messages: readonly LogMessage[], atOnce: boolean): boolean
  unsettle(topic: string): void
}

export function handOver(now: () => number): HandOver {
  const receivers = new Map<string, Receiver>()
  return {
    join(receiver) {
      receivers.set(receiver.group, receiver)
      return () => {
        if (receivers.get(receiver.group) === receiver) receivers.delete(receiver.group)
      }
    },
    offer(rows, atOnce) {
      const here = [...receivers.values()]
      const wanted = rows.filter(({ row: { headers } }) => here.some(({ types }) => types.has(headers['ce_type'] ?? '')))
      const messages = wanted.map((row) => messageOf(row, now()))
      // What nobody here reacts to is for others.
      let taken = wanted.length === rows.length
      for (const receiver of here) {
        const own = messages.filter(({ type }) => receiver.types.has(type ?? ''))
        if (own.length > 0 && !receiver.take(own, atOnce)) taken = false
      }
      return taken
    },
    speaksFor(topic) {
      for (const receiver of receivers.values()) if (receiver.topic === topic && receiver.alone()) return true
      return false
    },
    unsettle(topic) {
      for (const receiver of receivers.values()) receiver.unsettle(topic)
    },
  }
}

/** As the log will bring it; its offset is not known yet. */
const messageOf = ({ row: { id, topic, key, headers, body }, partition = -1 }: PlacedRow, timestamp: number): LogMessage => ({
  topic,
  partition,
  offset: '',
  key,
  value: Buffer.from(body),
  headers,
  type: headers['ce_type'],
  id,
  timestamp,
})
