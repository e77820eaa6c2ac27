import { logger } from '@murmuration/telemetry'
import type { EventLog, LogConsumer, LogMessage, Position, Surroundings } from '../ports.ts'
import type { ServiceDefinition } from '../service.ts'
import { type Lane, lane } from './lane.ts'
import type { RuntimeMetrics } from './metrics.ts'
import { within } from './within.ts'
import type { Work } from './work.ts'
import type { WorkMaker } from './works.ts'

const log = logger('choreography')
const COMMIT_EVERY_MS = 1_000
const MAX_REST_MS = 250

export interface Intake {
  /** Stops the delivery, lets the lanes end what they have, commits, and leaves the group. */
  stop(deadlineMs: number): Promise<void>
  /** False while no assignment has come yet. */
  joined(): boolean
}

/**
 * Brings messages from the log to the lanes. Partition i of every topic goes to lane i modulo the number of lanes, so within this process no two
 * batches touch the same saga. Offsets are committed about once a second: what is redelivered after a crash finds itself in the inbox.
 */
export async function intake(
  eventLog: EventLog,
  { group, reactions }: ServiceDefinition,
  options: {
    around: Surroundings
    lanes: number
    maker: WorkMaker
    metrics: RuntimeMetrics
    run(works: readonly Work[]): Promise<void>
    fatal(error: Error): void
  },
): Promise<Intake> {
  const { around, maker, metrics } = options
  const topics = [...new Set(reactions.map(({ event }) => event.topic))]
  const lanes = Array.from({ length: options.lanes }, (): Lane => lane(around, options.run, options.fatal, { maxRestMs: MAX_REST_MS }))
  /** How far each partition was handled. */
  let done = new Map<string, Position>()
  let generation = 0
  /** Deliveries that wait for their messages to be handled. */
  const settlers = new Set<() => void>()
  const release = () => {
    for (const resolve of settlers) resolve()
    settlers.clear()
  }
  let consumer: LogConsumer | undefined

  const deliver = (messages: readonly LogMessage[], end = endOf(messages)): Promise<void> => {
    if (end === undefined) return Promise.resolve()
    const { topic, partition } = end
    const works: Work[] = []
    for (const message of messages) {
      const work = maker.message(message)
      if (work !== undefined) works.push(work)
    }
    metrics.consumed(topic, group, messages.length, messages.length - works.length)
    const delivered = generation
    const handled = () => {
      // After a rebalance the positions of before are no longer ours to commit.
      if (delivered === generation) done.set(`${topic}/${partition}`, end)
      commitSoon()
    }
    if (works.length === 0) {
      handled()
      return Promise.resolve()
    }
    // The next fetch starts when this one is handled: it brings all that came meanwhile, as one batch.
    return new Promise((resolve) => {
      settlers.add(resolve)
      const settled = () => {
        settlers.delete(resolve)
        resolve()
        handled()
      }
      void (lanes[partition % lanes.length] as Lane).push({ works, done: settled })
    })
  }
  const commit = async (): Promise<void> => {
    if (done.size === 0 || consumer === undefined) return
    const taken = done
    const takenAt = generation
    done = new Map()
    try {
      await consumer.commit([...taken.values()])
    } catch (error) {
      log.info({ err: error }, 'offsets could not be committed; trying again')
      // What was handled meanwhile is further on. After a rebalance all of it is delivered again instead.
      if (takenAt === generation) done = new Map([...taken, ...done])
    }
  }

  /** Resolves when no commit is under way. */
  let committed = Promise.resolve()
  let awaited = false
  // Where nothing is handled there is nothing to wake up for.
  const commitSoon = () => {
    if (awaited || done.size === 0) return
    awaited = true
    around.after(COMMIT_EVERY_MS, () => {
      committed = commit().finally(() => {
        awaited = false
        commitSoon()
      })
    })
  }

  if (topics.length > 0) {
    await eventLog.ensureTopics(topics)
    consumer = await eventLog.consume({
      group,
      topics,
      from: 'earliest',
      deliver,
      reassigned() {
        generation++
        done = new Map()
        for (const each of lanes) each.drop()
        release()
      },
      fatal: options.fatal,
    })
  }
  return {
    joined: () => topics.length === 0 || generation > 0,
    async stop(deadlineMs) {
      consumer?.pause()
      await within(around, deadlineMs, Promise.all(lanes.map((each) => each.idle())))
      release()
      await committed
      await commit()
      await consumer?.close().catch((error: unknown) => log.info({ err: error }, 'the consumer could not leave its group'))
    },
  }
}

function endOf(messages: readonly LogMessage[]): Position | undefined {
  const last = messages.at(-1)
  return last === undefined ? undefined : { topic: last.topic, partition: last.partition, offset: String(BigInt(last.offset) + 1n) }
}
