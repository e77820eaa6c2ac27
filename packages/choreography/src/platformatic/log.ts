import { Transient } from '@murmuration/contracts'
import { Admin, Consumer, type GroupPartitionsAssigner, type Message, Producer, stringSerializers } from '@platformatic/kafka'
import { type KafkaOptions, PARTITIONS } from '../kafka/log.ts'
import { logMessage } from '../log-message.ts'
import type { ConsumeOptions, EventLog, LogConsumer, LogMessage, LogProducer } from '../ports.ts'

type Received = Message<Buffer | undefined, Buffer | undefined, Buffer, Buffer | undefined>

/** Partition i of every topic to the same member, as kafka/assigner.ts has it. */
const coPartitioned: GroupPartitionsAssigner = (_current, members, topics, metadata) => {
  const ids = [...members.keys()].sort()
  return ids.map((memberId, at) => {
    const assignments = new Map<string, { topic: string; partitions: number[] }>()
    for (const topic of topics) {
      const all = Array.from({ length: metadata.topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => partition)
      assignments.set(topic, { topic, partitions: all.filter((partition) => partition % ids.length === at) })
    }
    return { memberId, assignments }
  })
}

/**
 * The event log over @platformatic/kafka: the measured alternative behind the port (docs/adr/0003-kafkajs-behind-a-port.md). It is not
 * instrumented: no poll spans and no client metrics come from it.
 */
export function platformaticLog({ brokers, clientId, replicationFactor = -1 }: KafkaOptions): EventLog {
  const common = { clientId, bootstrapBrokers: [...brokers], timeout: 15_000, retries: 8, retryDelay: 250, autocreateTopics: false }
  return {
    async ensureTopics(topics) {
      const admin = new Admin(common)
      try {
        const there = new Set(await admin.listTopics())
        for (const topic of topics.filter((each) => !there.has(each)))
          await admin
            .createTopics({ topics: [topic], partitions: PARTITIONS, replicas: replicationFactor })
            .catch(async (error: unknown) => {
              // Another process may have been quicker.
              if (!(await admin.listTopics()).includes(topic)) throw error
            })
      } finally {
        await admin.close()
      }
    },
    // The alternative hands nothing over: nobody knows where it writes to.
    partitionOf: () => undefined,
    consume: (options) => consume(common, options),
    producer: () => produce(common),
    close: () => Promise.resolve(),
  }
}

type Common = { clientId: string; bootstrapBrokers: string[]; timeout: number; retries: number; retryDelay: number }

function produce(common: Common): LogProducer {
  const producer = new Producer<string, string, string, string>({
    ...common,
    serializers: stringSerializers,
    idempotent: false,
    retries: 2,
  })
  return {
    async send(topic, records) {
      try {
        await producer.send({ acks: -1, messages: records.map(({ key, headers, body }) => ({ topic, key, value: body, headers })) })
      } catch (error) {
        throw new Transient('the broker did not acknowledge', { cause: error })
      }
    },
    close: () => producer.close(),
  }
}

async function consume(common: Common, { group, topics, from, deliver, reassigned, fatal }: ConsumeOptions): Promise<LogConsumer> {
  const consumer = new Consumer<Buffer | undefined, Buffer | undefined, Buffer, Buffer | undefined>({
    ...common,
    groupId: group,
    sessionTimeout: 10_000,
    rebalanceTimeout: 15_000,
    heartbeatInterval: 1_000,
    partitionAssigner: coPartitioned,
  })
  consumer.on('consumer:group:join', () => reassigned({ alone: false, owns: () => false }))
  const stream = await consumer.consume({
    topics: [...topics],
    mode: 'committed',
    fallbackMode: from,
    autocommit: false,
    minBytes: 1,
    maxWaitTime: 500,
    maxBytesPerPartition: 1_048_576,
    highWaterMark: 4_096,
  })
  let stopped = false
  stream.on('error', (error: Error) => {
    if (!stopped) fatal(error)
  })
  const closed = new Promise<void>((resolve) => stream.once('close', resolve))
  // Everything that has come is handed over by partition; the next is taken when there is room again.
  const taking = (async () => {
    while (!stopped) {
      const places = new Map<string, LogMessage[]>()
      for (let message = stream.read() as Received | null; message !== null; message = stream.read() as Received | null) {
        const place = `${message.topic}/${message.partition}`
        const there = places.get(place)
        if (there === undefined) places.set(place, [logMessageOf(message)])
        else there.push(logMessageOf(message))
      }
      if (places.size > 0) await Promise.all([...places.values()].map((messages) => deliver(messages)))
      else await Promise.race([new Promise<void>((resolve) => stream.once('readable', resolve)), closed])
    }
  })()
  taking.catch(fatal)
  return {
    commit: (positions) =>
      consumer.commit({
        offsets: positions.map(({ topic, partition, offset }) => ({ topic, partition, offset: BigInt(offset), leaderEpoch: -1 })),
      }),
    pause() {
      stopped = true
    },
    async close() {
      stopped = true
      await stream.close()
      await consumer.close(true)
    },
  }
}

const logMessageOf = ({ topic, partition, offset, key, value, headers, timestamp }: Received): LogMessage =>
  logMessage({
    topic,
    partition,
    offset: String(offset),
    timestamp: Number(timestamp),
    key: key ?? null,
    value: value ?? null,
    headers: () => Array.from(headers, ([name, header]) => [name, header ?? null]),
  })
