import type { LogMessage } from '@murmuration/choreography/ports'
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
}

/** What the broker has on its disk. */
export interface Topics {
  partitions(topic: string): readonly Partition[]
  append(topic: string, message: ForeignMessage): LogMessage
  /** Everything that was written to a topic, in the order of writing. */
  records(topic: string): readonly LogMessage[]
}

/** All topics have as many, as in production. */
const PARTITIONS = 6

export function topics(now: () => number, appended: (partition: Partition, message: LogMessage) => void): Topics {
  const all = new Map<string, { partitions: Partition[]; records: LogMessage[] }>()
  const of = (topic: string) => {
    let found = all.get(topic)
    if (found === undefined) {
      found = { partitions: Array.from({ length: PARTITIONS }, (_, index) => ({ topic, index, messages: [] })), records: [] }
      all.set(topic, found)
    }
    return found
  }
  return {
    partitions: (topic) => of(topic).partitions,
    records: (topic) => of(topic).records,
    append(topic, { key, value, headers }) {
      const { partitions, records } = of(topic)
      const partition = partitions[key === null ? 0 : hashOf(key) % PARTITIONS] as Partition
      const message: LogMessage = {
        topic,
        partition: partition.index,
        offset: String(partition.messages.length),
        key,
        value,
        headers,
        type: headers['ce_type'],
        timestamp: Math.floor(now()),
      }
      partition.messages.push(message)
      records.push(message)
      appended(partition, message)
      return message
    },
  }
}
