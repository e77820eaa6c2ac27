import { ConfigError, readConfig } from '@murmuration/http'
import type { z } from 'zod'
import type { HostedService, Where } from './service.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Services that cannot be started as they were asked for; its message has one line for each reason. Nothing was started. */
export class HostError extends Error {
  constructor(problems: readonly string[]) {
    super(`Nothing is started:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'HostError'
  }
}

/** What of a process's environment is one service's: `ORDER__PORT` is the order service's alone, and wins over the `PORT` of all. */
export function environmentOf(name: string, env: Environment): Environment {
  const prefix = `${name.toUpperCase().replaceAll('-', '_')}__`
  const own = Object.entries(env).filter(([key]) => key.startsWith(prefix))
  return { ...env, ...Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])) }
}

export interface Configured {
  readonly service: HostedService
  readonly settings: z.output<Where>
}

/**
 * Each service's settings, from the environment of the process that hosts them.
 * @param problems what is wrong already
 * @throws HostError that lists all that is wrong, by service
 */
export function configure(services: readonly HostedService[], env: Environment, problems: readonly string[] = []): Configured[] {
  const found = [...problems]
  const configured = services.flatMap((service): Configured[] => {
    try {
      return [{ service, settings: readConfig(service.settings, environmentOf(service.name, env)) }]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      found.push(...error.lines.map((line) => `${service.name}: ${line}`))
      return []
    }
  })
  found.push(...repeated(services), ...sharedPorts(configured))
  if (found.length > 0) throw new HostError(found)
  return configured
}

const repeated = (services: readonly HostedService[]): string[] =>
  services.filter((service, index) => services.indexOf(service) !== index).map(({ name }) => `${name}: is asked for twice`)

function sharedPorts(configured: readonly Configured[]): string[] {
  const byPort = Map.groupBy(
    configured.filter(({ settings }) => settings.PORT !== 0),
    ({ settings }) => settings.PORT,
  )
  return [...byPort].flatMap(([port, sharing]) => {
    const names = [...new Set(sharing.map(({ service }) => service.name))]
    return names.length > 1 ? [`${names.join(', ')}: PORT: expected one for each, got ${port} for all of them`] : []
  })
}
