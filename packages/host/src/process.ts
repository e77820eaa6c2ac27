import { assertInstrumented, logger, shutdownTelemetry } from '@murmuration/telemetry'
import { type Host, host } from './host.ts'
import type { HostedService } from './service.ts'
import { configure, type Environment, HostError } from './settings.ts'

const WHOLE_MS = 9_500

/**
 * Hosts services for the life of this process: on SIGTERM or SIGINT it stops them in order and leaves with code 0, all within 10 s. When one of them cannot
 * start or go on it leaves with code 1, for a supervisor to start all of it again; with 2, and one message that says all that is wrong, when they cannot be
 * started so.
 * @param problems what is wrong already
 */
export async function runProcess(services: readonly HostedService[], env: Environment, problems: readonly string[] = []): Promise<void> {
  let leaving = false
  let hosting: Host | undefined
  const leave = async (code: number): Promise<void> => {
    if (leaving) return
    leaving = true
    setTimeout(() => process.exit(1), WHOLE_MS).unref()
    await hosting?.stop()
    await shutdownTelemetry({ deadlineMs: 1500 })
    process.exit(code)
  }
  try {
    hosting = host(configure(services, env, problems), () => void leave(1))
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        logger().info({ signal }, 'stopping')
        void leave(0)
      })
    assertInstrumented()
    await hosting.start()
  } catch (error) {
    if (error instanceof HostError) process.stderr.write(`${error.message}\n`)
    else if (!leaving) logger().fatal({ err: error }, 'could not start')
    await leave(error instanceof HostError ? 2 : 1)
  }
}
