import { access, chmod, chown, constants, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { dependenciesOf, hasApt, libraries, unpackDebian } from '../install/apt.ts'
import { cachedFolder } from '../install/cached.ts'
import { findCommand, run } from '../install/run.ts'
import { MissingPrerequisite } from '../missing.ts'
import { launch } from '../process/launch.ts'
import { type Address, type Component, portOf } from './component.ts'
import { dataFolderFor, type User, unprivilegedUser } from './unprivileged.ts'

type Server = { bin: string; env: NodeJS.ProcessEnv }

const installed = async (): Promise<Server | undefined> => {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`)
  const homebrew = ['/opt/homebrew/opt/postgresql/bin', '/usr/local/opt/postgresql/bin']
  const folders = [...newestFirst, ...homebrew, ...(process.env['PATH'] ?? '').split(':')]
  const initdb = await findCommand('initdb', folders)
  return initdb === undefined ? undefined : { bin: join(initdb, '..'), env: process.env }
}

// Root's own cache lies in a home that the server's user may not enter.
const cacheForServer = (cache: string): string =>
  process.getuid?.() === 0 && cache.startsWith(homedir()) ? '/var/cache/murmuration' : cache

const unpacked = async (cache: string): Promise<Server> => {
  if (!(await hasApt()))
    throw new MissingPrerequisite('PostgreSQL is not installed', 'brew install postgresql (or your packager’s PostgreSQL >= 15)')
  const folder = await cachedFolder(cacheForServer(cache), 'postgres', async (draft) => {
    // The package without a number only names the current one.
    await unpackDebian(await dependenciesOf('postgresql'), draft)
  })
  const below = join(folder, 'root', 'usr', 'lib', 'postgresql')
  const version = (await readdir(below).catch((): string[] => [])).sort((a, b) => Number(b) - Number(a))[0]
  if (version === undefined) throw new MissingPrerequisite('the package postgresql holds no server', 'apt-get install -y postgresql')
  return { bin: join(below, version, 'bin'), env: { ...process.env, LD_LIBRARY_PATH: await libraries(folder) } }
}

/** The server's programs: the machine's, or unpacked into the cache. `MURMURATION_UNPACK=1` leaves the machine's aside. */
const server = async (cache: string): Promise<Server> =>
  (process.env['MURMURATION_UNPACK'] === '1' ? undefined : await installed()) ?? unpacked(cache)

const emptyFolder = async (folder: string, user: User | undefined): Promise<string> => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  return folder
}

const initialise = async ({ bin, env }: Server, data: string, user: User | undefined, note: (text: string) => void): Promise<void> => {
  const made = await readFile(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
  if (made) return
  note('making the cluster')
  // Beside its place, and moved when it is whole: one that was begun and left would never start.
  const draft = await emptyFolder(`${data}.draft`, user)
  const args = ['-D', draft, '-U', 'murmuration', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions']
  await run(join(bin, 'initdb'), args, { env, user, cwd: draft })
  await rename(draft, data)
}

const settings = (port: number): string[] =>
  Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    wal_level: 'minimal',
    max_wal_senders: 0,
    autovacuum_naptime: '20s',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
  }).flatMap(([key, value]) => ['-c', `${key}=${value}`])

const connects = async (address: Address): Promise<boolean> => {
  const url = new URL(address['url'] ?? '')
  if (url.pathname.length < 2) url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 2000 })
  // A server that ends while it is asked also tells the client, which nobody else listens to.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } finally {
    await client.end().catch(() => undefined)
  }
}

export const postgres: Component = {
  name: 'postgres',
  required: true,
  readyWithinMs: 60_000,
  fromEnvironment: (env) => (env['POSTGRES_URL'] ? { url: env['POSTGRES_URL'] } : undefined),
  usualPorts: { postgres: 5432 },
  address: (ports, how) => ({
    url: `postgresql://${how === 'compose' ? 'murmuration:murmuration' : 'murmuration'}@127.0.0.1:${portOf(ports, 'postgres')}`,
  }),
  composeEnv: (ports) => ({ POSTGRES_PORT: String(portOf(ports, 'postgres')) }),
  install: async (cache) => {
    await server(cache)
  },
  start: async ({ stack, folder, cache, logFile, ports, note }) => {
    const [programs, user] = [await server(cache), await unprivilegedUser()]
    const data = await dataFolderFor(folder, user)
    await mkdir(data, { recursive: true, mode: 0o700 })
    if (user !== undefined) {
      await chown(data, user.uid, user.gid)
      await chmod(data, 0o700)
    }
    await access(join(programs.bin, 'postgres'), constants.X_OK)
    await initialise(programs, data, user, note)
    note('starting')
    return launch({
      stack,
      name: 'postgres',
      kind: 'infra',
      command: join(programs.bin, 'postgres'),
      args: ['-D', data, ...settings(portOf(ports, 'postgres'))],
      cwd: data,
      env: programs.env,
      logFile,
      user,
      // "Fast": ends the sessions; SIGTERM would wait for them.
      stopSignal: 'SIGINT',
    })
  },
  ready: connects,
}
