import { assertInstrumented, logger, shutdownTelemetry } from '@murmuration/telemetry'
import type { Express } from 'express'
import { type Listening, type ListenOptions, listen } from './listen.ts'

export interface ServeOptions extends ListenOptions {
  /** Called first: lets go of requests that would last, such as streams. */
  drain?(): void
  /** Ends what is behind the routes, after the last request in flight: the choreography runtime, then databases. */
  stop(): Promise<unknown>
}

const inFlightMs = 4000
const wholeMs = 9500

/**
 * Serves the app for the life of the process: checks the instrumentation, logs `{"msg":"ready","url":…}`, and on SIGTERM or SIGINT finishes
 * the requests in flight, calls `stop`, flushes the telemetry and leaves, all within 10 s.
 */
export async function serve(app: Express, { drain, stop, ...where }: ServeOptions): Promise<Listening> {
  assertInstrumented()
  const log = logger()
  const listening = await listen(app, where)
  let leaving = false
  const leave = async (signal: string): Promise<void> => {
    if (leaving) return
    leaving = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), wholeMs).unref()
    try {
      const closed = listening.close(inFlightMs)
      drain?.()
      await closed
      await stop()
      await shutdownTelemetry({ deadlineMs: 1500 })
      process.exit()
    } catch (error) {
      log.error({ err: error }, 'could not stop in order')
      process.exit(1)
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave(signal))
  log.info({ url: listening.url }, 'ready')
  return listening
}
