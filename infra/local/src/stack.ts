import { beginInfra } from './infra/ensure.ts'
import type { Profile } from './paths.ts'
import { type Report, silent } from './report.ts'
import type { Environment } from './services/environment.ts'
import type { Hosting } from './services/hosts.ts'
import { startServices } from './services/start-services.ts'
import type { HostProcess, Service } from './services/supervised.ts'
import { type Infra, readState } from './state.ts'

/** A stack whose services are children of this process. */
export type Stack = {
  infra: Infra
  admin: { email: string; password: string }
  demo: { email: string; password: string }
  services: Record<string, Service>
  /** The processes that they are in. */
  hosts: HostProcess[]
  /** Ends all and starts them again, together or apart, at the same addresses. */
  rehost: (hosting: Hosting) => Promise<void>
  /** @throws Error naming the services that there are */
  service: (name: string) => Service
  /** Ends the services; the infrastructure stays for the next (`stopStack` ends it too). */
  stop: () => Promise<void>
}

export type StartStack = {
  profile: Profile
  /** Names of services, `provider` among them; all when absent. */
  services?: string[]
  env?: Environment
  /** By service name; wins over `env`. */
  envOf?: Record<string, Environment>
  /** Empty databases and topics first (default: yes for `test`, no for `dev`). */
  fresh?: boolean
  /** How many instances of a service (default one); the second of `order` is the service `order-2`. */
  instances?: Record<string, number>
  /** Default: together. Whoever kills, freezes or doubles a single service needs them apart. */
  hosting?: Hosting
  /** Start crashed services again (default yes). */
  autoRestart?: boolean
  report?: Report
  servicesFolder?: string
}

/**
 * Starts infrastructure (unless it runs) and services, and waits until all say that they are ready. One stack per profile at a time.
 *
 * @throws Error with the end of the log of what did not start
 */
export const startStack = async (options: StartStack): Promise<Stack> => {
  const { profile, report = silent } = options
  await beginInfra(profile, report).required
  const running = await startServices({
    profile,
    report,
    only: options.services,
    env: options.env ?? {},
    envOf: options.envOf ?? {},
    fresh: options.fresh ?? profile === 'test',
    instances: options.instances ?? {},
    autoRestart: options.autoRestart ?? true,
    hosting: options.hosting ?? 'together',
    ...(options.servicesFolder === undefined ? {} : { servicesFolder: options.servicesFolder }),
  })
  const { infra, admin, demo } = await readState(profile)
  if (admin === undefined || demo === undefined) throw new Error('stack.json lost its logins while the stack was starting')
  const service = (name: string): Service => {
    const found = running.services[name]
    if (found === undefined) throw new Error(`there is no service ${name}; there are ${Object.keys(running.services).join(', ')}`)
    return found
  }
  return { infra, admin, demo, services: running.services, hosts: running.hosts, rehost: running.rehost, service, stop: running.stop }
}
