import { Transient } from '@murmuration/contracts'
import type { Assignment, ConsumeOptions, EventLog, LogConsumer, LogMessage, OutgoingRecord, Surroundings } from '../ports.ts'
import { processSurroundings } from '../surroundings.ts'

/** The event log in memory, for tests and simulation. */
export interface MemoryLog extends EventLog {
  /** Everything that was written, by topic, in the order of writing. */
  records(topic: string): readonly LogMessage[]
  /** Writes as a foreign client would: any key, value and headers. */
  write(topic: string, message: { key: string | null; value: Buffer | null; headers: Readonly<Record<string, string>> }): LogMessage
  /** From now on sends fail; with `afterWriting` the records are written all the same and only the answer is lost. */
  failSends(mode: 'never' | 'before-writing' | 'after-writing'): void
  /** Delivers again, to all groups, from the committed offsets: what a rebalance or a restart does. */
  redeliver(): void
}

interface Group {
  readonly options: ConsumeOptions
  readonly positions: Map<string, number>
  readonly committed: Map<string, number>
  readonly delivering: Set<string>
  paused: boolean
}

export function memoryLog({
  partitions = 3,
  around = processSurroundings,
}: {
  partitions?: number
  around?: Surroundings
} = {}): MemoryLog {
  const topics = new Map<string, LogMessage[][]>()
  const written = new Map<string, LogMessage[]>()
  const groups = new Set<Group>()
  // Offsets belong to the group, not to its member: they outlive a restart.
  const offsets = new Map<string, Map<string, number>>()
  let failing: 'never' | 'before-writing' | 'after-writing' = 'never'

  const topic = (name: string): LogMessage[][] => {
    const found = topics.get(name) ?? Array.from({ length: partitions }, () => [])
    topics.set(name, found)
    return found
  }
  const write: MemoryLog['write'] = (name, { key, value, headers }) => {
    const partition = key === null ? 0 : partitionOf(key, partitions)
    const log = topic(name)[partition] as LogMessage[]
    const message = {
      topic: name,
      partition,
      offset: String(log.length),
      key,
      value,
      headers,
      type: headers['ce_type'],
      timestamp: around.now(),
    }
    log.push(message)
    const all = written.get(name)
    if (all === undefined) written.set(name, [message])
    else all.push(message)
    for (const group of groups) deliver(group, name, partition)
    return message
  }
  const deliver = (group: Group, name: string, partition: number): void => {
    const place = `${name}/${partition}`
    if (!group.options.topics.includes(name) || group.paused || group.delivering.has(place)) return
    group.delivering.add(place)
    around.soon(async () => {
      const log = topic(name)[partition] as LogMessage[]
      for (let from = group.positions.get(place) ?? 0; from < log.length && !group.paused; from = group.positions.get(place) ?? 0) {
        const messages = log.slice(from, from + 500)
        group.positions.set(place, from + messages.length)
        const delivered = group.options.deliver(messages)
        if (from + messages.length === log.length) group.options.caughtUp?.(name, partition)
        await delivered
      }
      group.options.caughtUp?.(name, partition)
      group.delivering.delete(place)
    })
  }
  const deliverAll = (group: Group) => {
    for (const name of group.options.topics) for (let partition = 0; partition < partitions; partition++) deliver(group, name, partition)
  }

  return {
    write,
    records: (name) => written.get(name) ?? [],
    failSends(mode) {
      failing = mode
    },
    redeliver() {
      for (const group of groups) {
        group.options.reassigned(everything)
        for (const place of group.positions.keys()) group.positions.set(place, group.committed.get(place) ?? 0)
        deliverAll(group)
      }
    },
    partitionOf: (_topic, key) => partitionOf(key, partitions),
    ensureTopics(names) {
      for (const name of names) topic(name)
      return Promise.resolve()
    },
    consume(options): Promise<LogConsumer> {
      const committed = offsets.get(options.group) ?? new Map<string, number>()
      offsets.set(options.group, committed)
      const group: Group = { options, committed, positions: new Map(committed), delivering: new Set(), paused: false }
      if (options.from === 'latest')
        for (const name of options.topics)
          for (const [partition, log] of topic(name).entries())
            if (!committed.has(`${name}/${partition}`)) group.positions.set(`${name}/${partition}`, log.length)
      groups.add(group)
      options.reassigned(everything)
      deliverAll(group)
      return Promise.resolve({
        commit(positions) {
          for (const position of positions) committed.set(`${position.topic}/${position.partition}`, Number(position.offset))
          return Promise.resolve()
        },
        pause() {
          group.paused = true
        },
        close() {
          group.paused = true
          groups.delete(group)
          return Promise.resolve()
        },
      })
    },
    producer: () => ({
      async send(name: string, records: readonly OutgoingRecord[]) {
        if (failing === 'before-writing') throw new Transient('the log does not answer')
        for (const { key, headers, body } of records) write(name, { key, headers, value: Buffer.from(body) })
        if (failing === 'after-writing') throw new Transient('the answer of the log was lost')
      },
      close: () => Promise.resolve(),
    }),
    close: () => Promise.resolve(),
  }
}

const everything: Assignment = { alone: true, owns: () => true }

/** Any stable spreading will do here; Kafka's own is murmur2. */
export const partitionOf = (key: string, partitions: number): number => {
  let hash = 0
  for (let index = 0; index < key.length; index++) hash = (hash * 31 + key.charCodeAt(index)) >>> 0
  return hash % partitions
}
