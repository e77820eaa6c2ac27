import { setTimeout as sleep } from 'node:timers/promises'
import { Transient } from '@murmuration/contracts'
import { suppressed } from '@murmuration/telemetry'
import kafkajs, { type Admin, type Kafka, type PartitionMetadata } from 'kafkajs'
import { patiently } from '../patiently.ts'
import type { EventLog } from '../ports.ts'
import { consume } from './consumer.ts'
import { classify } from './errors.ts'
import type { GroupMembers } from './expel.ts'
import { kafkaLogger } from './noise.ts'
import { kafkaProducer } from './producer.ts'

const LEADERS_WITHIN_MS = 10_000

/**
 * kafkajs's own waiting gives up when a broker does not know a topic yet that was just created. A leader that is named may still have to find out that
 * it is one: asking it for the offsets of its partitions shows whether it knows.
 */
async function leaders(admin: Admin, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return
  const lead = async (): Promise<boolean> => {
    const known = await admin.fetchTopicMetadata({ topics: [...topics] })
    if (!known.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return false
    for (const topic of topics) await admin.fetchTopicOffsets(topic)
    return true
  }
  for (const deadline = Date.now() + LEADERS_WITHIN_MS; ; await sleep(50)) {
    if (await lead().catch(() => false)) return
    if (Date.now() > deadline) throw new Transient(`the topics ${topics.join(', ')} have no leaders yet`)
  }
}

/** Partitions of a new topic where nobody says otherwise. */
export const PARTITIONS = 3

export interface KafkaOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Of new topics; all topics have as many, so that partition i of every topic holds the same sagas. */
  readonly partitions?: number
  /** Replicas of new topics; default what the broker says. */
  readonly replicationFactor?: number
  /** Who else of the service takes part in its group; default nobody knows. */
  readonly members?: GroupMembers
  /** How often the client itself tries a request again; default 8. What waits for a broker goes on after that. */
  readonly retries?: number
}

export const kafkaClient = ({ brokers, clientId, retries = 8 }: KafkaOptions): Kafka =>
  new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    logCreator: kafkaLogger,
    // Quick first retries: a broker that restarts is back within seconds, and our own loops go on for ever.
    retry: { initialRetryTime: 100, maxRetryTime: 1_500, retries },
  })

/** The event log over kafkajs 2.2. What that client needs to be survived is in docs/adr/0003-kafkajs-behind-a-port.md. */
export function kafkaLog(options: KafkaOptions): EventLog {
  const { partitions = PARTITIONS, replicationFactor = -1, members } = options
  const kafka = kafkaClient(options)
  const counts = new Map<string, number>()
  const partitioner = kafkajs.Partitioners.DefaultPartitioner()
  return {
    partitionOf(topic, key) {
      const count = counts.get(topic)
      if (count === undefined) return undefined
      const partitionMetadata = partitionsOf(count)
      return partitioner({ topic, partitionMetadata, message: { key, value: null } })
    },
    async ensureTopics(topics) {
      await patiently('Kafka', async () => {
        const admin = kafka.admin()
        await suppressed(async () => {
          try {
            await admin.connect()
            const existing = new Set(await admin.listTopics())
            const missing = topics.filter((topic) => !existing.has(topic))
            // Another service may create the same one at this moment: kafkajs then answers false.
            for (const topic of missing)
              await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions, replicationFactor }] })
            await leaders(admin, missing)
            const known = await admin.fetchTopicMetadata({ topics: [...topics] })
            for (const { name, partitions: there } of known.topics) counts.set(name, there.length)
          } catch (error) {
            throw classify(error)
          } finally {
            await admin.disconnect().catch(() => {})
          }
        })
      })
    },
    consume: (options) => consume(kafka, options, (topic) => counts.get(topic), members),
    producer: () => kafkaProducer(kafka),
    close: () => Promise.resolve(),
  }
}

const lists = new Map<number, PartitionMetadata[]>()

/** As many partitions as kafkajs's partitioner wants to see; it looks at their number only where there is a key. */
function partitionsOf(count: number): PartitionMetadata[] {
  let list = lists.get(count)
  if (list === undefined) {
    list = Array.from({ length: count }, (_, partitionId) => ({ partitionErrorCode: 0, partitionId, leader: 0, replicas: [], isr: [] }))
    lists.set(count, list)
  }
  return list
}
