import { setTimeout as sleep } from 'node:timers/promises'
import type { LogReader, Place, Spot } from '@murmuration/choreography'
import { logger } from '@murmuration/telemetry'
import type { SagaListener } from './tail.ts'

/** Follows topics for all streams of the process together, while there are any. */
export interface Follower {
  /**
   * Calls the listener for every message with that key. Resolves when nothing that is written from now on is missed.
   * @throws Transient while the log is away
   */
  listen(sagaId: string, listener: SagaListener): Promise<Following>
  stop(): Promise<void>
}
export interface Following {
  /** Stops listening. Returns, for each topic, up to where the listener was told. */
  end(): readonly Spot[]
}

const waitMs = 500
// A fetch that brings single messages costs as much as one that brings many: a short breath makes them come together.
const breathMs = 4
const slowestPauseMs = 5000

const nameOf = ({ topic, partition }: Place): string => `${topic}/${partition}`

/** @param reader of its own: it waits for messages */
export function follower(reader: LogReader, topics: readonly string[]): Follower {
  const log = logger('follower')
  const listeners = new Map<string, Set<SagaListener>>()
  const spots = new Map<string, Spot>()
  let stopped = false
  let started: Promise<void> | undefined
  let loop: Promise<void> | undefined

  async function start(): Promise<void> {
    for (const spot of await reader.offsets(await reader.places(topics), 'latest')) spots.set(nameOf(spot), spot)
    loop = follow()
  }

  async function follow(): Promise<void> {
    let pauseMs = breathMs
    while (!stopped && listeners.size > 0) {
      try {
        for (const passage of await reader.read([...spots.values()], waitMs)) {
          spots.set(nameOf(passage), passage)
          for (const message of passage.messages) {
            const interested = message.key === null ? undefined : listeners.get(message.key)
            if (interested) for (const listener of interested) listener(message)
          }
        }
        pauseMs = breathMs
      } catch (error) {
        pauseMs = Math.min(slowestPauseMs, Math.max(200, pauseMs * 2))
        log.warn({ err: error, pauseMs }, 'cannot follow the log; going on where it was')
      }
      await sleep(pauseMs)
    }
    started = undefined
    spots.clear()
  }

  return {
    async listen(sagaId, listener) {
      const own = listeners.get(sagaId) ?? new Set()
      listeners.set(sagaId, own.add(listener))
      const leave = (): void => {
        own.delete(listener)
        if (own.size === 0 && listeners.get(sagaId) === own) listeners.delete(sagaId)
      }
      try {
        started ??= start().catch((error: unknown) => {
          started = undefined
          throw error
        })
        await started
        const places = await reader.placesOf(topics, sagaId)
        let heard: readonly Spot[] | undefined
        return {
          end() {
            leave()
            return (heard ??= places.flatMap((place) => spots.get(nameOf(place)) ?? []))
          },
        }
      } catch (error) {
        leave()
        throw error
      }
    },
    async stop() {
      stopped = true
      await loop
      await reader.close()
    },
  }
}
