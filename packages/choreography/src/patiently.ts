import { setTimeout as sleep } from 'node:timers/promises'
import { Transient } from '@murmuration/contracts'
import { logger } from '@murmuration/telemetry'

const log = logger('choreography')
const PATIENCE_MS = 60_000
const MAX_PAUSE_MS = 2_000

/**
 * Does what needs a server that may be starting itself, or being restarted: again and again while that throws `Transient`, so that a service may start
 * before what it needs. Throws what came last when a minute is over, and anything else at once.
 * @param what for the log, such as `PostgreSQL`
 * @param passes which errors may pass, where others than `Transient` say that the server is not there
 */
export async function patiently<Result>(
  what: string,
  attempt: () => Promise<Result>,
  passes = (error: unknown): boolean => error instanceof Transient,
): Promise<Result> {
  const until = Date.now() + PATIENCE_MS
  for (let pauseMs = 100; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    try {
      return await attempt()
    } catch (error) {
      if (!passes(error) || Date.now() + pauseMs > until) throw error
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, `${what} is not there yet; trying again`)
      await sleep(pauseMs)
    }
  }
}
