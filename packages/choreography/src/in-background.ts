import { setTimeout as sleep } from 'node:timers/promises'
import { Transient } from '@murmuration/contracts'
import { logger } from '@murmuration/telemetry'
import type { ConsumeOptions, EventLog, LogConsumer } from './ports.ts'

const log = logger('choreography')
const PAUSE_MS = 1_000

/**
 * A log that nobody waits for at the start: topics are made and the group is joined in the background, however long the broker is away, and while the
 * group waits for a predecessor that has died. Until then a service takes commands, whose events wait in the outbox, and its readiness says what it lacks.
 */
export function inBackground(eventLog: EventLog): EventLog {
  let topicsThere: Promise<void> = Promise.resolve()
  let closed = false
  const untilDone = async <Result>(attempt: () => Promise<Result>): Promise<Result> => {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof Transient) || closed) throw error
        log.warn({ reason: error.message }, 'Kafka is still not there; trying again')
        await sleep(PAUSE_MS)
      }
    }
  }
  return {
    ...eventLog,
    ensureTopics(topics) {
      topicsThere = topicsThere.then(() => untilDone(() => eventLog.ensureTopics(topics)))
      // Who consumes hears of it, and who only publishes fails there.
      topicsThere.catch((error: unknown) => {
        if (!closed) log.error({ err: error, topics }, 'topics could not be made')
      })
      return Promise.resolve()
    },
    consume: (options) =>
      Promise.resolve(
        joining(
          topicsThere.then(() => untilDone(() => eventLog.consume(options))),
          options,
        ),
      ),
    close() {
      closed = true
      return eventLog.close()
    },
  }
}

/** A consumer that may not have joined yet. */
function joining(joined: Promise<LogConsumer>, { fatal }: ConsumeOptions): LogConsumer {
  let consumer: LogConsumer | undefined
  let paused = false
  let left = false
  joined.then(
    async (there) => {
      consumer = there
      if (paused) there.pause()
      if (left) await there.close()
    },
    (error: unknown) => {
      if (!left) fatal(error as Error)
    },
  )
  return {
    commit: async (positions) => (await joined).commit(positions),
    pause() {
      paused = true
      consumer?.pause()
    },
    async close() {
      left = true
      await consumer?.close()
    },
  }
}
