import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isLeft } from '../bootstrap/dependencies.mjs'
import { postgres } from '../src/infra/postgres.ts'
import { freePort } from '../src/ports.ts'
import { bornAt, type Identity } from '../src/process/identity.ts'
import { silent } from '../src/report.ts'
import { type Running, startServices } from '../src/services/start-services.ts'
import { whatIsDown } from '../src/services/what-is-down.ts'
import { updateState } from '../src/state.ts'
import { waitUntil } from '../src/wait.ts'
import { fakeServices, sandbox } from './sandbox.ts'

let stack: string
let clear: () => Promise<void>
let running: Running | undefined

beforeAll(async () => {
  ;({ stack, clear } = await sandbox())
  await mkdir(stack, { recursive: true })
})
afterEach(async () => {
  await running?.stop()
  running = undefined
})
afterAll(() => clear())

const myself = async (): Promise<Identity> => ({ pid: process.pid, born: (await bornAt(process.pid)) ?? '' })
const steady = async (): Promise<Running> => {
  running = await startServices({ profile: 'test', report: silent, servicesFolder: fakeServices, only: ['steady'], autoRestart: false })
  return running
}

describe('a stack that is recorded', () => {
  it('is up when its services run and answer', async () => {
    await steady()
    expect(await whatIsDown('test', await myself(), 2000)).toBeUndefined()
  })

  it('is waited for while its services are being started', async () => {
    const asked = updateState('test', (state) => ({ ...state, services: {}, phase: 'starting' })).then(async () =>
      whatIsDown('test', await myself(), 2000),
    )
    await steady()
    expect(await asked).toBeUndefined()
  })

  // fault: killed start
  it('is down when a service has died, and says which', async () => {
    const { services } = await steady()
    services['steady']?.kill()
    await waitUntil(() => Promise.resolve(services['steady']?.pid() === undefined), { what: 'end', timeoutMs: 2000 })
    expect(await whatIsDown('test', await myself(), 300)).toMatch(/steady$/)
  })

  it('is down when a service does not answer, although its process is there', async () => {
    const { services } = await steady()
    services['steady']?.pause()
    expect(await whatIsDown('test', await myself(), 300)).toMatch(/steady$/)
    services['steady']?.resume()
  })

  it('is down when another process has the recorded pid by now', async () => {
    const { services } = await steady()
    const { url = '' } = services['steady'] ?? {}
    await updateState('test', (state) => ({ ...state, services: { steady: { url, pid: process.pid, host: 'steady' } } }))
    expect(await whatIsDown('test', await myself(), 300)).toMatch(/steady$/)
  })

  // fault: killed start
  it('is down as soon as its supervisor has ended, even while it was starting', async () => {
    await updateState('test', (state) => ({ ...state, services: {}, phase: 'starting' }))
    expect(await whatIsDown('test', { pid: process.pid, born: 'another time' })).toContain('its supervisor has ended')
  })
})

describe('a database cluster whose making was killed', () => {
  // fault: killed start
  it('is made anew', { timeout: 60_000 }, async () => {
    // The server's own user has to get in.
    await chmod(join(stack, '..'), 0o755)
    const folder = join(stack, 'data', 'postgres')
    const options = {
      stack,
      folder,
      cache: join(stack, 'cache'),
      logFile: join(stack, 'postgres.log'),
      ports: { postgres: await freePort(0) },
    }
    const module = JSON.stringify(join(import.meta.dirname, '../src/infra/postgres.ts'))
    const script = `import { postgres } from ${module}; await postgres.start({ ...${JSON.stringify(options)}, note: () => {} })`
    const first = spawn(process.execPath, ['--input-type=module', '-e', script], { detached: true, stdio: 'ignore' })
    const ended = once(first, 'exit')
    const begun = (place: string) => stat(join(place, 'PG_VERSION'))
    await waitUntil(() => Promise.any([begun(folder), begun(`${folder}.draft`)]).then(Boolean), {
      what: 'initdb',
      timeoutMs: 20_000,
      everyMs: 1,
    })
    process.kill(-(first.pid ?? 0), 'SIGKILL')
    await ended
    await postgres.start({ ...options, note: () => undefined })
    const address = postgres.address(options.ports, 'native')
    await waitUntil(() => postgres.ready(address), { what: 'postgres', timeoutMs: 20_000 })
  })
})

describe('the lock of an installation', () => {
  const lock = () => join(stack, 'install.lock')

  it('is left when its process was killed, and not before', async () => {
    await writeFile(lock(), String(process.pid))
    expect(isLeft(lock())).toBe(false)
    await writeFile(lock(), '999999999')
    expect(isLeft(lock())).toBe(true)
  })

  it('is nobody’s while it is being made, and left when that takes long', async () => {
    await writeFile(lock(), '')
    expect(isLeft(lock())).toBe(false)
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(lock(), longAgo, longAgo)
    expect(isLeft(lock())).toBe(true)
    expect(await readFile(lock(), 'utf8')).toBe('')
  })
})
