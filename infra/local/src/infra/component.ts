import { fetchablePort, isFetchableUrl } from '@murmuration/http/fetchable'
import type { Launched } from '../process/launch.ts'

export type ComponentName = 'kafka' | 'postgres' | 'redis' | 'tempo' | 'prometheus'

/** Where a component answers. Several ports or addresses have names: tempo has `url` and `otlpUrl`, kafka has `brokers`. */
export type Address = Record<string, string>

/** Ports by label; the label outlives the run, so that a component comes back where it was. */
export type Ports = Record<string, number>

/** What a native start needs: its data folder, the tools' cache and the ports to listen on. */
export type NativeStart = { stack: string; folder: string; cache: string; logFile: string; ports: Ports; note: (text: string) => void }

/** One of the five: how it is found in the environment, checked, and run without Docker. */
export type Component = {
  name: ComponentName
  /** False: the stack goes on without it. */
  required: boolean
  fromEnvironment: (env: NodeJS.ProcessEnv) => Address | undefined
  /** The usual ports; the stack takes others when these are taken. */
  usualPorts: Ports
  address: (ports: Ports, how: 'native' | 'compose') => Address
  /** docker-compose.yml publishes on the ports that these variables name. */
  composeEnv: (ports: Ports) => Record<string, string>
  /** Fetches whatever is not there yet. */
  install: (cache: string, note: (text: string) => void) => Promise<void>
  start: (options: NativeStart) => Promise<Launched>
  /** Whether it answers as itself; throws or is false while it does not. */
  ready: (address: Address) => Promise<boolean>
  readyWithinMs: number
}

/** The port with this label; a missing one is a mistake in the component. */
export const portOf = (ports: Ports, label: string): number => {
  const port = ports[label]
  if (port === undefined) throw new Error(`no port was chosen for ${label}`)
  return port
}

/** Where the environment says that it is. @throws Error where `fetch` would only say "fetch failed", for as long as anybody waits for it */
export const givenAddress = (
  { name, fromEnvironment }: Pick<Component, 'name' | 'fromEnvironment'>,
  env: NodeJS.ProcessEnv,
): Address | undefined => {
  const given = fromEnvironment(env)
  const wrong = Object.values(given ?? {}).find((address) => !isFetchableUrl(address))
  if (wrong !== undefined) throw new Error(`${name} at ${wrong}: expected ${fetchablePort}`)
  return given
}
