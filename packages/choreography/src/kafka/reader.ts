import { createRequire } from 'node:module'
import { Transient } from '@murmuration/contracts'
import { suppressed } from '@murmuration/telemetry'
import kafkajs, { type KafkaMessage } from 'kafkajs'
import type { LogReader, Passage, Place, Spot } from '../log-reader.ts'
import { clusterOf, type FetchedPartition as Partition, READ_COMMITTED } from './cluster.ts'
import { toLogMessage } from './consumer.ts'
import { classify } from './errors.ts'
import { type KafkaOptions, kafkaClient } from './log.ts'

/** Leaves out what was rolled back, the marks of transactions, and what lies before the offset that was asked for. */
type BatchMaker = new (topic: string, fetchedOffset: string, partition: Partition) => { readonly messages: KafkaMessage[] }

const Batch = createRequire(import.meta.url)('kafkajs/src/consumer/batch.js') as BatchMaker

const partitioner = kafkajs.Partitioners.DefaultPartitioner()

/** The log reader over kafkajs. Give each use that waits for messages one of its own: a broker answers one request of a connection after the other. */
export function kafkaReader(options: KafkaOptions): LogReader {
  const cluster = clusterOf(kafkaClient({ retries: 2, ...options }))
  let connected: Promise<void> | undefined

  /** Does something with a cluster that knows these topics. What a broker refuses may be right at its new leader. */
  const having = <Result>(topics: Iterable<string>, work: () => Promise<Result>): Promise<Result> =>
    suppressed(async () => {
      try {
        connected ??= cluster.connect()
        await connected
        await cluster.addMultipleTargetTopics([...new Set(topics)])
        return await work()
      } catch (error) {
        connected = undefined
        await cluster.refreshMetadata().catch(() => {})
        throw classify(error)
      }
    })

  const offsets: LogReader['offsets'] = (places, at) =>
    having(topicsOf(places), async () => {
      const asked = Map.groupBy(places, ({ topic }) => topic)
      const list = async (when: { fromBeginning: boolean } | { fromTimestamp: number }): Promise<Spot[]> => {
        const topics = [...asked].map(([topic, of]) => ({ topic, partitions: of.map(({ partition }) => ({ partition })), ...when }))
        const told = await cluster.fetchTopicsOffset(topics)
        return told.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
        )
      }
      if (typeof at !== 'number') return await list({ fromBeginning: at === 'earliest' })
      // Where nothing is that young (−1), it may be a moment later: so the end is that of a moment before.
      const ends = await list({ fromBeginning: false })
      const found = await list({ fromTimestamp: Math.max(0, at) })
      return ends.map((end) => found.find((spot) => isAt(spot, end) && spot.offset >= 0n) ?? end)
    })

  async function fetch(nodeId: string, spots: readonly Spot[], maxWaitTime: number): Promise<readonly Passage[]> {
    const asked = Map.groupBy(spots, ({ topic }) => topic)
    const broker = await cluster.findBroker({ nodeId })
    const { responses } = await broker.fetch({
      ...{ isolationLevel: READ_COMMITTED, maxWaitTime, minBytes: 1, maxBytes: 5_242_880 },
      topics: [...asked].map(([topic, of]) => ({
        topic,
        partitions: of.map(({ partition, offset }) => ({ partition, fetchOffset: String(offset), maxBytes: 1_048_576 })),
      })),
    })
    return responses.flatMap(({ topicName: topic, partitions }) =>
      partitions.flatMap((told) => {
        const from = asked.get(topic)?.find(({ partition }) => partition === told.partition)
        const last = told.messages.at(-1)
        if (from === undefined || last === undefined) return []
        const messages = new Batch(topic, String(from.offset), told).messages.map((each) => toLogMessage(topic, told.partition, each))
        return [{ topic, partition: told.partition, offset: BigInt(last.offset) + 1n, messages }]
      }),
    )
  }

  /** Where reading can go on: messages were removed before they were read, or the topic is another one by now. */
  async function found(place: Place & { offset: bigint }): Promise<Passage> {
    const [[first], [end]] = await Promise.all([offsets([place], 'earliest'), offsets([place], 'latest')])
    if (first === undefined || end === undefined) throw new Transient(`${place.topic}/${place.partition} has no leader`)
    return { ...(place.offset < first.offset ? first : end), messages: [] }
  }

  return {
    places: (topics) =>
      having(topics, () => {
        const partitions = (topic: string) => cluster.findTopicPartitionMetadata(topic)
        return Promise.resolve(topics.flatMap((topic) => partitions(topic).map(({ partitionId }) => ({ topic, partition: partitionId }))))
      }),
    placesOf: (topics, key) =>
      having(topics, () => {
        const place = (topic: string) => {
          const partitionMetadata = cluster.findTopicPartitionMetadata(topic)
          return { topic, partition: partitioner({ topic, partitionMetadata, message: { key, value: null } }) }
        }
        return Promise.resolve(topics.map(place))
      }),
    offsets,
    async read(spots, waitMs) {
      try {
        return await having(topicsOf(spots), async () => {
          const leader = ({ topic, partition }: Place) =>
            String(cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader)
          const leaders = Map.groupBy(spots, leader)
          // What one broker brings must not wait long for another that has nothing.
          const patience = leaders.size > 1 ? Math.min(waitMs, 50) : waitMs
          return (await Promise.all([...leaders].map(([nodeId, of]) => fetch(nodeId, of, patience)))).flat()
        })
      } catch (error) {
        const missing = lost(error)
        const spot = missing && spots.find((each) => isAt(each, missing))
        if (spot === undefined) throw error
        return [await found(spot)]
      }
    },
    async close() {
      await connected?.catch(() => {})
      await cluster.disconnect()
    },
  }
}

const isAt = (one: Place, other: Place): boolean => one.topic === other.topic && one.partition === other.partition
const topicsOf = (places: readonly Place[]): string[] => places.map(({ topic }) => topic)

/** The place whose offset is not there, when that is what an error says. */
function lost(error: unknown): Place | undefined {
  const cause = error instanceof Transient ? error.cause : error
  return cause instanceof Error && cause.name === 'KafkaJSOffsetOutOfRange' ? (cause as unknown as Place) : undefined
}
