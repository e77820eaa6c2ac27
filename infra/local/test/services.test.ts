import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { silent } from '../src/report.ts'
import { type Running, type StartServices, startServices } from '../src/services/start-services.ts'
import { readState } from '../src/state.ts'
import { stopStack } from '../src/stop.ts'
import { waitUntil } from '../src/wait.ts'
import { fakeServices, sandbox } from './sandbox.ts'

let stack: string
let clear: () => Promise<void>
let running: Running | undefined

beforeAll(async () => {
  ;({ stack, clear } = await sandbox())
})
afterEach(async () => {
  await running?.stop()
  running = undefined
})
afterAll(() => clear())

const start = async (options: Partial<StartServices> = {}): Promise<Running> => {
  running = await startServices({ profile: 'test', report: silent, servicesFolder: fakeServices, only: ['steady'], ...options })
  return running
}

type Answer = { pid: number; env: Record<string, string> }

const ask = async (url: string): Promise<Answer> => (await (await fetch(url)).json()) as Answer

const steady = ({ services }: Running) => {
  const { steady: service } = services
  if (service === undefined) throw new Error('steady is missing')
  return service
}

describe('services', () => {
  it('are started with their environment and noted in stack.json', async () => {
    const service = steady(await start({ env: { A: 'for all', B: 'for all' }, envOf: { steady: { B: 'for one' } } }))
    const { env, pid } = await ask(service.url)
    expect(env).toMatchObject({
      SERVICE_NAME: 'steady',
      HOST: '127.0.0.1',
      A: 'for all',
      B: 'for one',
      STEADY_URL: service.url,
      PROVIDER_SUCCESS_RATE: '1',
    })
    expect(Object.keys(env).filter((name) => name.startsWith('VITEST'))).toEqual([])
    expect(pid).toBe(service.pid())
    await waitUntil(async () => (await readState('test')).services['steady']?.pid === pid, { what: 'stack.json', timeoutMs: 2000 })
  })

  it('may have several instances, of which everybody knows', async () => {
    const { services } = await start({ instances: { steady: 2 } })
    const urls = [services['steady']?.url ?? '', services['steady-2']?.url ?? '']
    const answers = await Promise.all(urls.map(ask))
    expect(answers.map(({ env }) => [env['SERVICE_NAME'], env['STEADY_URL']])).toEqual([
      ['steady', urls.join(',')],
      ['steady', urls.join(',')],
    ])
  })

  it('that are killed on request, however often, are back at once', async () => {
    const service = steady(await start())
    for (let kills = 0; kills < 4; kills++) {
      const before = service.pid()
      service.kill()
      await waitUntil(() => Promise.resolve(service.pid() !== undefined && service.pid() !== before), { what: 'restart', timeoutMs: 1500 })
    }
  })

  it('come back at the same address when they crash', async () => {
    const service = steady(await start())
    const before = service.pid()
    service.kill()
    await waitUntil(() => Promise.resolve(service.pid() !== undefined && service.pid() !== before), { what: 'restart', timeoutMs: 5000 })
    await service.ready()
    expect((await ask(service.url)).pid).not.toBe(before)
  })

  it('stay dead when nobody wants them restarted', async () => {
    const service = steady(await start({ autoRestart: false }))
    service.kill()
    await waitUntil(() => Promise.resolve(service.pid() === undefined), { what: 'end', timeoutMs: 2000 })
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(service.pid()).toBeUndefined()
    await service.start({ C: 'later' })
    expect((await ask(service.url)).env['C']).toBe('later')
  })

  it('stay down after a stop, which lets them end by themselves', async () => {
    const service = steady(await start())
    await service.stop()
    expect(await readFile(service.logFile, 'utf8')).toContain('bye')
    await expect(fetch(service.url)).rejects.toThrow('fetch failed')
  })

  it('can be stopped for a while', async () => {
    const service = steady(await start())
    service.pause()
    await expect(fetch(service.url, { signal: AbortSignal.timeout(300) })).rejects.toThrow(/timeout/)
    service.resume()
    expect((await ask(service.url)).pid).toBe(service.pid())
  })

  it('that do not get ready make the start fail with their last words, and end the others', async () => {
    await expect(start({ only: ['steady', 'crashing'], autoRestart: false })).rejects.toThrow('THE_THING is missing')
    expect((await readState('test')).services).toEqual({})
  })

  it('of a run that was killed are ended by the next', async () => {
    const first = steady(await start())
    const orphan = first.pid() ?? 0
    const lost = running
    const second = steady(await start({ autoRestart: false }))
    expect(second.pid()).not.toBe(orphan)
    expect(() => process.kill(orphan, 0)).toThrow('ESRCH')
    await lost?.stop()
  })

  it('leave no process behind after a stop of the stack', async () => {
    const service = steady(await start({ autoRestart: false }))
    const pid = service.pid() ?? 0
    expect(await stopStack('test')).toEqual(['steady'])
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})

describe('secrets', () => {
  it('are made once and readable by their owner only', async () => {
    await start()
    const file = join(stack, 'secrets.json')
    const before = await readFile(file, 'utf8')
    await start()
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(stack, 'stack.json'))).mode & 0o777).toBe(0o600)
  })
})
