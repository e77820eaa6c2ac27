import { mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { hasApt, libraries, unpackDebian } from '../install/apt.ts'
import { cachedFolder } from '../install/cached.ts'
import { findCommand } from '../install/run.ts'
import { MissingPrerequisite } from '../missing.ts'
import { launch } from '../process/launch.ts'
import { type Component, portOf } from './component.ts'

const server = async (cache: string, note: (text: string) => void): Promise<{ command: string; env: NodeJS.ProcessEnv }> => {
  const installed = await findCommand('redis-server')
  if (installed !== undefined) return { command: installed, env: process.env }
  if (!(await hasApt())) throw new MissingPrerequisite('Redis is not installed', 'brew install redis (or your packager’s Redis >= 7)')
  const folder = await cachedFolder(cache, 'redis', (draft) => {
    note('fetching the Debian package')
    return unpackDebian(['redis-server', 'redis-tools'], draft)
  })
  return { command: join(folder, 'root', 'usr', 'bin', 'redis-server'), env: { ...process.env, LD_LIBRARY_PATH: await libraries(folder) } }
}

const pings = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 2000 })
    const done = (good: boolean) => {
      socket.destroy()
      resolve(good)
    }
    socket.once('connect', () => socket.write('PING\r\n'))
    // One that wants a password says so, and is Redis all the same.
    socket.once('data', (data) => done(/^(\+PONG|-NOAUTH)/.test(data.toString())))
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => done(false))
  })

export const redis: Component = {
  name: 'redis',
  required: true,
  readyWithinMs: 20_000,
  fromEnvironment: (env) => (env['REDIS_URL'] ? { url: env['REDIS_URL'] } : undefined),
  usualPorts: { redis: 6379 },
  address: (ports) => ({ url: `redis://127.0.0.1:${portOf(ports, 'redis')}` }),
  composeEnv: (ports) => ({ REDIS_PORT: String(portOf(ports, 'redis')) }),
  install: async (cache, note) => {
    await server(cache, note)
  },
  start: async ({ stack, folder, cache, logFile, ports, note }) => {
    const { command, env } = await server(cache, note)
    await mkdir(folder, { recursive: true })
    note('starting')
    // Idempotency keys live here for a day: they outlast a restart.
    const args = [
      '--port',
      String(portOf(ports, 'redis')),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'yes',
      '--appendfsync',
      'everysec',
    ]
    return launch({ stack, name: 'redis', kind: 'infra', command, args, cwd: folder, env, logFile, graceMs: 5000 })
  },
  ready: (address) => pings(address['url'] ?? ''),
}
