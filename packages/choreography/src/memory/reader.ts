import { setTimeout as sleep } from 'node:timers/promises'
import type { LogReader, Passage, Spot } from '../log-reader.ts'
import { type MemoryLog, partitionOf } from './log.ts'

/** Reads a log in memory, for tests. */
export function memoryReader(log: MemoryLog, partitions = 3): LogReader {
  const messagesOf = (topic: string, partition: number) => log.records(topic).filter((message) => message.partition === partition)
  const passages = (spots: readonly Spot[]): readonly Passage[] =>
    spots.flatMap(({ topic, partition, offset }) => {
      const messages = messagesOf(topic, partition).slice(Number(offset), Number(offset) + 500)
      return messages.length === 0 ? [] : [{ topic, partition, offset: offset + BigInt(messages.length), messages }]
    })
  return {
    places: (topics) =>
      Promise.resolve(topics.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => ({ topic, partition })))),
    placesOf: (topics, key) => Promise.resolve(topics.map((topic) => ({ topic, partition: partitionOf(key, partitions) }))),
    offsets: (places, at) =>
      Promise.resolve(
        places.map(({ topic, partition }) => {
          const messages = messagesOf(topic, partition)
          const since = typeof at === 'number' ? messages.findIndex(({ timestamp }) => timestamp >= at) : -1
          const offset = at === 'earliest' ? 0 : since === -1 ? messages.length : since
          return { topic, partition, offset: BigInt(offset) }
        }),
      ),
    async read(spots, waitMs) {
      const there = passages(spots)
      if (there.length > 0) return there
      await sleep(Math.min(waitMs, 5))
      return passages(spots)
    },
    close: () => Promise.resolve(),
  }
}
