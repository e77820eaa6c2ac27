import { logger } from '@murmuration/telemetry'
import kafkajs, { type logCreator } from 'kafkajs'

const log = logger('kafkajs')

/** kafkajs's own log lines, in ours. Its errors are warnings here: it retries, and what does not heal is reported by the runtime. */
export const kafkaLogger: logCreator =
  () =>
  ({ level, log: { message, ...extra } }) => {
    const { timestamp, logger: _name, stack: _stack, ...rest } = extra as Record<string, unknown>
    if (level === kafkajs.logLevel.ERROR || level === kafkajs.logLevel.WARN) log.warn(rest, message)
    else log.debug(rest, message)
  }

let silenced = false

/** kafkajs 2.2.4 computes negative timeouts, about which Node 24 warns each time; only that warning is dropped. */
export function silenceNegativeTimeouts(): void {
  if (silenced) return
  silenced = true
  const emit = process.emitWarning.bind(process)
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const options = rest[0]
    const name =
      warning instanceof Error ? warning.name : typeof options === 'string' ? options : (options as { type?: string } | undefined)?.type
    if (name !== 'TimeoutNegativeWarning') (emit as (...all: unknown[]) => void)(warning, ...rest)
  }) as typeof process.emitWarning
}
