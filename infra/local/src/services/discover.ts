import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson } from '../files.ts'
import { repositoryRoot } from '../paths.ts'

/** A service, and how it is run alone: `args` are Node's. One more instance of a service has a name of its own, and says whose it is. */
export type ServiceSpec = {
  name: string
  folder: string
  args: string[]
  usualPort: number
  /** Whether it can be run together with others, too. */
  hostable: boolean
  migrations?: string
  instanceOf?: string
}

const usualPorts: Record<string, number> = {
  gateway: 8080,
  user: 9001,
  product: 9002,
  order: 9003,
  payment: 9004,
  inventory: 9005,
  account: 9006,
  risk: 9007,
  channel: 9008,
  notification: 9009,
  transfer: 9010,
  audit: 9011,
  reconciliation: 9012,
  console: 9013,
  provider: 9108,
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const startScript = (manifest: unknown): string | undefined => {
  if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return undefined
  const { scripts } = manifest
  return typeof scripts === 'object' && scripts !== null && 'start' in scripts && typeof scripts.start === 'string'
    ? scripts.start
    : undefined
}

/** The service in `<folder>/<name>` when its package.json has a `start` script that runs Node and its entry file is there. */
const discover = async (services: string, name: string): Promise<ServiceSpec | undefined> => {
  const folder = join(services, name)
  const script = startScript(await readJson(join(folder, 'package.json')))
  if (script === undefined) return undefined
  const [program, ...args] = script.split(/\s+/)
  const entry = args.at(-1)
  if (program !== 'node' || entry === undefined || !(await isThere(join(folder, entry)))) return undefined
  const migrations = join(folder, 'prisma', 'migrations')
  const hostable = await isThere(join(folder, 'src', 'service.ts'))
  const found = { name, folder, args, hostable, usualPort: usualPorts[name] ?? 9100 }
  return (await isThere(migrations)) ? { ...found, migrations } : found
}

/** The stand-in for payment providers lives in the channel's folder and is a process of its own, without our telemetry: it plays a stranger. */
const provider = async (services: string): Promise<ServiceSpec[]> => {
  const folder = join(services, 'channel')
  const entry = join('src', 'provider', 'main.ts')
  return (await isThere(join(folder, entry)))
    ? [{ name: 'provider', folder, args: [entry], hostable: false, usualPort: usualPorts['provider'] ?? 9108 }]
    : []
}

/** All services of the repository, the provider simulator among them. */
export const discoverServices = async (services = join(repositoryRoot, 'services')): Promise<ServiceSpec[]> => {
  const names = (await readdir(services, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const found = await Promise.all(names.sort().map((name) => discover(services, name)))
  return [...found.filter((spec) => spec !== undefined), ...(await provider(services))]
}
