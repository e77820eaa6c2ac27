import { type Listening, listen } from '@murmuration/http'
import { logger } from '@murmuration/telemetry'
import type { StartedService } from './service.ts'
import type { Configured } from './settings.ts'

/** A service in a host. */
export interface Member {
  readonly name: string
  readonly edge: boolean
  /** Resolves with its address when its routes are served. */
  start(): Promise<string>
  /** Finishes the requests in flight, then undoes what the start has done so far, the last first. Never rejects. Idempotent. */
  stop(): Promise<void>
}

const IN_FLIGHT_MS = 4_000
const SLOW_MS = 10_000

/** @param fatal told when the service cannot go on */
export function member({ service, settings }: Configured, fatal: (error: Error) => void): Member {
  const { name, edge = false } = service
  const log = logger()
  const steps: (() => unknown)[] = []
  let started: StartedService | undefined
  let listening: Listening | undefined
  let stopped: Promise<void> | undefined

  const perform = async (step: () => unknown): Promise<void> => {
    try {
      await step()
    } catch (error) {
      log.error({ err: error }, 'could not stop in order')
    }
  }
  const start = async (): Promise<string> => {
    const begun = performance.now()
    const slow = setInterval(() => {
      log.warn({ seconds: Math.round((performance.now() - begun) / 1000) }, `${name} has not started yet`)
    }, SLOW_MS)
    try {
      started = await service.start({
        settings,
        log,
        fatal(error) {
          log.fatal({ err: error }, `${name} cannot go on`)
          fatal(error)
        },
        onStop(step) {
          if (stopped === undefined) steps.push(step)
          else void perform(step)
        },
      })
      if (stopped !== undefined) throw new Error('it is to stop already')
      listening = await listen(started.app, { port: settings.PORT, host: settings.HOST })
      log.info({ url: listening.url, seconds: (performance.now() - begun) / 1000 }, 'ready')
      return listening.url
    } finally {
      clearInterval(slow)
    }
  }
  const stop = async (): Promise<void> => {
    const closed = listening?.close(IN_FLIGHT_MS)
    started?.drain?.()
    await closed
    for (const step of steps.reverse()) await perform(step)
  }
  return { name, edge, start, stop: () => (stopped ??= stop()) }
}
