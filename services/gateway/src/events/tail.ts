import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog, LogConsumer, LogMessage } from '@murmuration/choreography'
import { logger } from '@murmuration/telemetry'

export type SagaListener = (message: LogMessage) => void

/** Follows topics from now on and tells listeners of a saga about its messages. */
export interface Tail {
  /** Calls the listener for every message with that key. Returns what ends it. */
  listen(sagaId: string, listener: SagaListener): () => void
  /** Starts following; resolves when it does. Goes on trying as long as the log is away. */
  start(): Promise<void>
  joined(): boolean
  stop(): Promise<void>
}

export interface TailOptions {
  eventLog: EventLog
  /** Unique to this process: each process has to see every message. */
  group: string
  topics: readonly string[]
}

// A fetch that brings single messages costs as much as one that brings many: a short breath makes them come together. It delays nothing
// that is here already.
const breathMs = 4
const unwatchedBreathMs = 50

export function tail({ eventLog, group, topics }: TailOptions): Tail {
  const listeners = new Map<string, Set<SagaListener>>()
  const log = logger('tail')
  let consumer: LogConsumer | undefined
  let stopped = false

  async function deliver(messages: readonly LogMessage[]): Promise<void> {
    if (listeners.size === 0) return sleep(unwatchedBreathMs)
    for (const message of messages) {
      const interested = message.key === null ? undefined : listeners.get(message.key)
      if (interested) for (const listener of interested) listener(message)
    }
    return sleep(breathMs)
  }

  let joined = Promise.withResolvers<void>()
  let isJoined = false
  async function follow(): Promise<void> {
    for (let pause = 200; !stopped; pause = Math.min(pause * 2, 5000)) {
      try {
        await eventLog.ensureTopics(topics)
        consumer = await eventLog.consume({
          ...{ group, topics, from: 'latest', deliver },
          reassigned() {
            isJoined = true
            joined.resolve()
          },
          fatal(error) {
            log.warn({ err: error }, 'the tail broke, starting it again')
            isJoined = false
            joined = Promise.withResolvers()
            void sleep(1000).then(follow)
          },
        })
        return
      } catch (error) {
        log.warn({ err: error, topics }, 'cannot follow the log yet')
        await sleep(pause)
      }
    }
  }

  let following: Promise<void> | undefined
  return {
    listen(sagaId, listener) {
      const set = listeners.get(sagaId) ?? new Set()
      listeners.set(sagaId, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size === 0 && listeners.get(sagaId) === set) listeners.delete(sagaId)
      }
    },
    async start() {
      following ??= follow()
      await joined.promise
    },
    joined: () => isJoined,
    async stop() {
      stopped = true
      joined.resolve()
      await consumer?.close()
    },
  }
}
