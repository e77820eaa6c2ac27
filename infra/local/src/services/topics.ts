import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'

// Part of what the services rely on: events with the same key meet in the same partition number of every topic.
const partitions = 6

const withAdmin = async <T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> => {
  const kafka = new Kafka({
    clientId: 'launcher',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 12, initialRetryTime: 100 },
  })
  const admin = kafka.admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Makes the topics that are missing; nobody else does, as the broker makes none by itself. */
export const ensureTopics = (brokers: string, topics: string[]): Promise<void> =>
  withAdmin(brokers, async (admin) => {
    const there = new Set(await admin.listTopics())
    const missing = topics.filter((topic) => !there.has(topic))
    if (missing.length === 0) return
    await admin.createTopics({ topics: missing.map((topic) => ({ topic, numPartitions: partitions })), waitForLeaders: false })
    // kafkajs's own waiting gives up when the broker does not know a topic yet that it has just created anew.
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const known = await admin.fetchTopicMetadata({ topics: missing }).catch(() => undefined)
      if (known?.topics.every((topic) => topic.partitions.length === partitions && topic.partitions.every(({ leader }) => leader >= 0)))
        return
      await sleep(50)
    }
    throw new Error(`Kafka created ${missing.join(', ')}, but has no leaders for them after 5 s`)
  })

/** Deletes the topics and forgets how far the groups had read. */
export const deleteTopics = (brokers: string, topics: string[], groups: string[]): Promise<void> =>
  withAdmin(brokers, async (admin) => {
    await admin.deleteGroups(groups).catch(() => undefined)
    const there = new Set(await admin.listTopics())
    const doomed = topics.filter((topic) => there.has(topic))
    if (doomed.length === 0) return
    await admin.deleteTopics({ topics: doomed })
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const left = await admin.listTopics()
      if (!doomed.some((topic) => left.includes(topic))) return
      await sleep(50)
    }
  })
