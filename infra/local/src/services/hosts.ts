import { join } from 'node:path'
import { repositoryRoot } from '../paths.ts'
import type { ServiceSpec } from './discover.ts'

/** Whether services share a process, or have one each. */
export type Hosting = 'together' | 'apart'

/** A process to run, and what it hosts. */
export type HostSpec = { name: string; services: ServiceSpec[]; folder: string; args: string[] }

// The gateway is apart because on two cores that was quickest; the provider is a stranger.
const alwaysApart = ['gateway', 'provider']

const alone = (spec: ServiceSpec): HostSpec => ({ name: spec.name, services: [spec], folder: spec.folder, args: spec.args })

const hostFolder = join(repositoryRoot, 'packages', 'host')

/** Several in one process. */
const flock = (services: ServiceSpec[], from: string): HostSpec => ({
  name: 'flock',
  services,
  folder: hostFolder,
  args: ['--import', '@murmuration/telemetry/register', 'src/main.ts', '--from', from, ...services.map(({ name }) => name)],
})

/** The processes that services run in. One more instance of a service has its own in any case. */
export const hostsOf = (specs: ServiceSpec[], hosting: Hosting, from: string): HostSpec[] => {
  const together = (spec: ServiceSpec): boolean =>
    hosting === 'together' && spec.hostable && spec.instanceOf === undefined && !alwaysApart.includes(spec.name)
  const [shared, others] = [specs.filter(together), specs.filter((spec) => !together(spec))]
  return [...others.map(alone), ...(shared.length > 1 ? [flock(shared, from)] : shared.map(alone))]
}
