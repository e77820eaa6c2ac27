import { AsyncLocalStorage } from 'node:async_hooks'
import { logger } from '@murmuration/telemetry'
import type { EventLog, LogConsumer, LogMessage, Position, Surroundings } from '../ports.ts'
import type { ServiceDefinition } from '../service.ts'
import type { HandOver } from './hand-over.ts'
import { handed } from './handed.ts'
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
  /** True while no other instance of the service takes part: what this one says is all that the service says. */
  alone(): boolean
}

/**
 * Brings messages from the log to the lanes. Partition i of every topic goes to lane i modulo the number of lanes, so within this process no two
 * batches touch the same saga. Offsets are committed about once a second: what is redelivered after a crash finds itself in the inbox.
 */
export async function intake(
  eventLog: EventLog,
  { group, reactions, topic: ownTopic, fromLogOnly = false }: ServiceDefinition,
  options: {
    around: Surroundings
    lanes: number
    maker: WorkMaker
    metrics: RuntimeMetrics
    handOver?: HandOver | undefined
    run(works: readonly Work[]): Promise<void>
    fatal(error: Error): void
  },
): Promise<Intake> {
  const { around, maker, metrics, handOver } = options
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
  let alone = false
  const past = handed()

  const deliver = (messages: readonly LogMessage[], end = endOf(messages)): Promise<void> => {
    if (end === undefined) return Promise.resolve()
    const { topic, partition } = end
    const works: Work[] = []
    let underWay = false
    let handedOver = 0
    for (const message of messages) {
      const seen = past.seen(message)
      const work = seen === 'new' ? maker.message(message) : undefined
      if (work !== undefined) works.push(work)
      if (seen !== 'new') handedOver++
      underWay ||= seen === 'under way'
    }
    metrics.consumed(topic, group, messages.length - handedOver, messages.length - handedOver - works.length)
    const delivered = generation
    const handled = () => {
      // After a rebalance the positions of before are no longer ours to commit.
      if (delivered === generation) done.set(`${topic}/${partition}`, end)
      commitSoon()
    }
    if (works.length === 0 && !underWay) {
      handled()
      return Promise.resolve()
    }
    // The next fetch starts when this one is handled: it brings all that came meanwhile, as one batch. What was handed over and is still under way lies
    // before it in the lane, and holds the offset back.
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
  /** Bound to where it was made: who hands over calls it in his own telemetry's scope. */
  const inScope = AsyncLocalStorage.snapshot()
  const take = (messages: readonly LogMessage[], atOnce: boolean): boolean => {
    const accepted = past.acceptable(messages, atOnce && !fromLogOnly)
    inScope(() => {
      for (const [partition, own] of Map.groupBy(accepted, (message) => message.partition)) {
        const works = own.flatMap((message) => maker.message(message) ?? [])
        metrics.consumed(own[0]?.topic ?? '', group, own.length, own.length - works.length)
        void (lanes[partition % lanes.length] as Lane).push({ works, done: () => past.done(own) })
        past.begun(own)
      }
    })
    return accepted.length === messages.length
  }
  const leave = handOver?.join({
    group,
    topic: ownTopic,
    // Who reads nothing is in no group; what he says may wait a little all the same.
    alone: () => alone || topics.length === 0,
    types: new Set(reactions.map(({ event }) => event.type)),
    take,
    unsettle: past.unsettle,
  })

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
      reassigned(assignment) {
        generation++
        done = new Map()
        alone = assignment.alone
        past.reassigned(assignment)
        handOver?.unsettle(ownTopic)
        for (const each of lanes) each.drop()
        release()
      },
      caughtUp: past.caughtUp,
      lazy: () => handOver !== undefined && !fromLogOnly && !past.waits() && topics.every(handOver.speaksFor),
      fatal: options.fatal,
    })
  }
  return {
    alone: () => alone,
    joined: () => topics.length === 0 || generation > 0,
    async stop(deadlineMs) {
      leave?.()
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
