import { assertInstrumented, shutdownTelemetry } from '@murmuration/telemetry'
import { host } from './host.ts'
import type { HostedService } from './service.ts'
import { type Configured, configure, type Environment, HostError } from './settings.ts'

const WHOLE_MS = 9_500

const configuredOrLeave = (services: readonly HostedService[], env: Environment, problems: readonly string[]): Configured[] => {
  try {
    return configure(services, env, problems)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}

/**
 * Hosts services for the life of this process: on SIGTERM or SIGINT it stops them in order and leaves with code 0, all within 10 s. When one of them cannot
 * start or go on it leaves with code 1, for a supervisor to start all of it again; with 2, and one message that says all that is wrong, when they cannot be
 * started so.
 * @param problems what is wrong already
 */
export async function runProcess(services: readonly HostedService[], env: Environment, problems: readonly string[] = []): Promise<void> {
  const hosting = host(configuredOrLeave(services, env, problems), () => void leave(1))
  let leaving = false
  async function leave(code: number): Promise<void> {
    if (leaving) return
    leaving = true
    setTimeout(() => process.exit(1), WHOLE_MS).unref()
    await hosting.stop()
    await shutdownTelemetry({ deadlineMs: 1500 })
    process.exit(code)
  }
  assertInstrumented()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave(0))
  // Every service has its own listeners on what the process has one of.
  process.setMaxListeners(10 * services.length)
  await hosting.start().catch(() => leave(1))
}
