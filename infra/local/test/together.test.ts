import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { statusOf } from '../src/commands/status.ts'
import { silent } from '../src/report.ts'
import { type Running, startServices } from '../src/services/start-services.ts'
import { waitUntil } from '../src/wait.ts'
import { fakeServices, sandbox } from './sandbox.ts'

let clear: () => Promise<void>
let running: Running

beforeAll(async () => {
  ;({ clear } = await sandbox())
})
afterEach(() => running.stop())
afterAll(() => clear())

const start = async (only: string[]): Promise<Running> => {
  running = await startServices({ profile: 'test', report: silent, servicesFolder: fakeServices, only })
  return running
}

const seen = async () => (await statusOf('test')).map(({ name, process, hosting, health }) => [name, process, hosting, health])

describe('services that share a process', () => {
  // fault: bad neighbour
  it('answer each at its own address, with one pid, and come back together when it is killed', async () => {
    const { services, hosts } = await start(['one', 'two', 'steady'])
    const [one, two] = [services['one'], services['two']]
    expect(hosts.map(({ host }) => host).toSorted()).toEqual(['flock', 'steady'])
    expect(one?.url).not.toBe(two?.url)
    const pid = one?.pid()
    expect([typeof pid, two?.pid()]).toEqual(['number', pid])
    two?.kill()
    await waitUntil(() => Promise.resolve(one?.pid() !== undefined && one.pid() !== pid), { what: 'restart', timeoutMs: 5000 })
    await one?.ready()
    for (const service of [one, two]) expect((await fetch(`${service?.url}/livez`)).status).toBe(200)
    expect(two?.pid()).toBe(one?.pid())
  })

  it('are listed with their process, hosting and health', async () => {
    const { services } = await start(['one', 'two', 'steady'])
    await waitUntil(async () => (await statusOf('test')).length === 3, { what: 'stack.json', timeoutMs: 2000 })
    expect(await seen()).toEqual([
      ['one', 'flock', 'together', 'ready'],
      ['steady', 'steady', 'apart', 'ready'],
      ['two', 'flock', 'together', 'ready'],
    ])
    services['one']?.pause()
    expect((await seen()).map(([name, , , health]) => [name, health])).toEqual([
      ['one', 'down'],
      ['steady', 'ready'],
      ['two', 'down'],
    ])
    services['one']?.resume()
  })

  it('are started once, also when each of them is asked for', async () => {
    const { services } = await start(['one', 'two'])
    await Promise.all(Object.values(services).map((service) => service.stop()))
    await Promise.all(Object.values(services).map((service) => service.start()))
    expect(new Set(Object.values(services).map(({ pid }) => pid())).size).toBe(1)
  })
})
