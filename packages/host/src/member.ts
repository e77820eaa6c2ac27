import type { HandOver } from '@murmuration/choreography'
import { type Listening, listen } from '@murmuration/http'
import { inScope, logger, serviceScope } from '@murmuration/telemetry'
import type { StartedService } from './service.ts'
import type { Configured } from './settings.ts'

/** A service in a host. */
export interface Member {
  readonly name: string
  readonly edge: boolean
  /** Resolves with its address when its routes are served. Rejects with an error that names it. */
  start(): Promise<string>
  /** Finishes the requests in flight, then undoes what the start has done so far, the last first. Never rejects. Idempotent. */
  stop(): Promise<void>
}

const IN_FLIGHT_MS = 4_000
const SLOW_MS = 10_000

const stopwatch = (): (() => number) => {
  const from = performance.now()
  return () => Math.round((performance.now() - from) / 100) / 10
}

/** @param fatal told when the service cannot go on */
export function member({ service, settings }: Configured, handOver: HandOver | undefined, fatal: (error: Error) => void): Member {
  const { name, edge = false } = service
  const scope = serviceScope(name)
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
  const begin = async (): Promise<Listening> => {
    started = await service.start({
      settings,
      log,
      handOver,
      fatal(error) {
        log.fatal({ err: error }, 'the service cannot go on')
        fatal(error)
      },
      onStop(step) {
        if (stopped === undefined) steps.push(step)
        else void perform(step)
      },
    })
    return listen(started.app, { port: settings.PORT, host: settings.HOST })
  }
  const start = async (): Promise<string> => {
    const seconds = stopwatch()
    const slow = setInterval(() => log.warn({ seconds: seconds() }, 'the service has not started yet'), SLOW_MS)
    try {
      listening = await begin()
      // Somebody else could not start meanwhile.
      if (stopped !== undefined) await listening.close(0)
      log.info({ url: listening.url, seconds: seconds() }, 'ready')
      return listening.url
    } catch (error) {
      if (stopped === undefined) log.fatal({ err: error }, 'the service could not start')
      throw new Error(`${name} could not start: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    } finally {
      clearInterval(slow)
    }
  }
  const stop = async (): Promise<void> => {
    log.info('stopping')
    const seconds = stopwatch()
    const closed = listening?.close(IN_FLIGHT_MS)
    started?.drain?.()
    await closed
    for (const step of steps.reverse()) await perform(step)
    log.info({ seconds: seconds() }, 'stopped')
  }
  return { name, edge, start: () => inScope(scope, start), stop: () => (stopped ??= inScope(scope, stop)) }
}
