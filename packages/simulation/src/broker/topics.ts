import { type LogMessage, logMessage, type Wire } from '@murmuration/choreography/ports'
import { hashOf } from '../chance.ts'

export interface Partition {
  readonly topic: string
  readonly index: number
  readonly messages: LogMessage[]
}

/** A message as anybody may write it. */
export interface ForeignMessage {
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  /** Instead of key and headers, bytes that need not be text. */
  wire?(): Wire
}

/** What the broker has on its disk. */
export interface Topics {
  partitions(topic: string): readonly Partition[]
  /** Where a message of this key goes. */
  partitionOf(topic: string, key: string | null): number
  append(topic: string, message: ForeignMessage): LogMessage
  /** What was written to a topic, of one key or of all, in the order of writing. */
  records(topic: string, key?: string): readonly LogMessage[]
}

/** All topics have as many, as in production. */
const PARTITIONS = 6

export function topics(now: () => number, appended: (partition: Partition, message: LogMessage) => void): Topics {
  const all = new Map<string, { partitions: Partition[]; records: LogMessage[]; byKey: Map<string | null, LogMessage[]> }>()
  const of = (topic: string) => {
    let found = all.get(topic)
    if (found === undefined) {
      found = {
        partitions: Array.from({ length: PARTITIONS }, (_, index) => ({ topic, index, messages: [] })),
        records: [],
        byKey: new Map(),
      }
      all.set(topic, found)
    }
    return found
  }
  return {
    partitions: (topic) => of(topic).partitions,
    records(topic, key) {
      const { records, byKey } = of(topic)
      return key === undefined ? records : (byKey.get(key) ?? [])
    },
    partitionOf: (topic, key) => of(topic).byKey.get(key)?.[0]?.partition ?? (key === null ? 0 : hashOf(key) % PARTITIONS),
    append(topic, { wire, ...foreign }) {
      const { partitions, records, byKey } = of(topic)
      const { key, value, headers } = wire === undefined ? foreign : ofBytes(topic, wire(), foreign.value)
      const own = byKey.get(key)
      const partition = partitions[own?.[0]?.partition ?? (key === null ? 0 : hashOf(key) % PARTITIONS)] as Partition
      const message: LogMessage = {
        topic,
        partition: partition.index,
        offset: String(partition.messages.length),
        key,
        value,
        headers,
        type: headers['ce_type'],
        timestamp: Math.floor(now()),
        ...(wire === undefined ? {} : { wire }),
      }
      partition.messages.push(message)
      records.push(message)
      if (own === undefined) byKey.set(key, [message])
      else own.push(message)
      appended(partition, message)
      return message
    },
  }
}

/** Key and headers as production reads them. */
const ofBytes = (topic: string, { key, headers }: Wire, value: Buffer | null): LogMessage =>
  logMessage({ topic, partition: 0, offset: '0', timestamp: 0, key, value, headers: () => headers })
