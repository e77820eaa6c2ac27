import { describe, expect, it } from 'vitest'
import { type Deed, type RunOptions, type Scenario, type SimulatedService, simulate } from '../src/index.ts'
import { restock, toy } from './toy.ts'

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

describe('a seed', () => {
  it('tells the same story twice, to the byte', async () => {
    for (const seed of [3, 4, 236]) {
      const tell = async () => (await simulate(toy(), { seed, story: true })).story.join('\n')
      const first = await tell()
      expect(first.split('\n').length).toBeGreaterThan(50)
      expect(await tell()).toBe(first)
    }
  })

  it('is one schedule, whether its story is told or not', async () => {
    const { story, ...told } = await simulate(toy(), { seed: 4, story: true })
    expect(await simulate(toy(), { seed: 4 })).toEqual({ ...told, story: [] })
  })

  it('is another schedule than the next one', async () => {
    const stories = await Promise.all(seeds(1, 10).map(async (seed) => (await simulate(toy(), { seed, story: true })).story.join('\n')))
    expect(new Set(stories).size).toBe(10)
  })

  it('takes hardly any real time for hours', async () => {
    const deaf = (service: SimulatedService): SimulatedService =>
      service.definition.name === 'channel' ? { ...service, definition: { ...service.definition, reactions: [] } } : service
    const { tookMs, violations } = await simulate(toy({ change: (services) => services.map(deaf) }), { seed: 1 })
    expect(violations).toEqual([])
    // Nobody charges: all orders wait for their ten minutes.
    expect(tookMs).toBeGreaterThan(600_000)
  })
})

it('leaps over the time in which a whole service is silent', async () => {
  let looks = 0
  const counting = (service: SimulatedService): SimulatedService => ({
    ...service,
    ports(ports) {
      const { store } = ports
      const look = () => {
        looks++
        return store.relay.look()
      }
      return { ...ports, store: { ...store, relay: { ...store.relay, look } } }
    },
  })
  const make = (): Scenario => {
    const scenario = toy({ change: (services) => services.map(counting) })()
    const silence: Deed = {
      atMs: 501,
      name: 'silence',
      run(world) {
        world.silence('inventory', 300_000)
        return undefined
      },
    }
    return { ...scenario, workload: [...scenario.workload, silence].sort((a, b) => a.atMs - b.atMs) }
  }
  const { tookMs, violations } = await simulate(make, { seed: 1, weather: { faults: 0, crashes: 0, troubles: 0 } })
  expect(violations).toEqual([])
  expect(tookMs).toBeGreaterThan(300_000)
  // Each of them would look once a second.
  expect(looks).toBeLessThan(60)
})

it('says so when something never comes to rest', async () => {
  const busy = (service: SimulatedService): SimulatedService =>
    service.definition.name === 'channel' ? { ...service, effects: () => ({ charge: () => Promise.reject(new Error('never')) }) } : service
  const { violations } = await simulate(toy({ orders: 1, change: (services) => services.map(busy) }), { seed: 1 })
  expect(violations[0]?.what).toBe('it never comes to rest')
})

it('says so when something goes on for ever and takes no time', async () => {
  const hurried: Deed = {
    atMs: 1_000_000,
    name: 'restock without end',
    async run(world) {
      for (;;) await world.execute('inventory', restock, { pieces: 1 })
    },
  }
  const make = (): Scenario => {
    const scenario = toy({ orders: 1 })()
    return { ...scenario, workload: [...scenario.workload, hurried] }
  }
  const { violations } = await simulate(make, { seed: 1, weather: { slow: 0, faults: 0, crashes: 0, troubles: 0 } })
  expect(violations[0]?.what).toBe('it never comes to rest')
})

describe('the flock', () => {
  it('keeps its promises over many seeds', async () => {
    for (const seed of seeds(1, 80)) expect({ seed, ...(await violationsOf({ seed })) }).toEqual({ seed, violations: [] })
  })

  it('keeps them in the worst of weathers', async () => {
    const weather = { faults: 0.05, crashes: 0.005, troubles: 12, slow: 0.5, latencyMs: 100 }
    for (const seed of seeds(1, 12)) expect({ seed, ...(await violationsOf({ seed, weather })) }).toEqual({ seed, violations: [] })
  })
})

const violationsOf = async (options: RunOptions) => ({ violations: (await simulate(toy(), options)).violations })
