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
