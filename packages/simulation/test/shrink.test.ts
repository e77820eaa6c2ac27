import { expect, it } from 'vitest'
import { type Ports, type Run, type Scenario, type SimulatedService, shrink, simulate } from '../src/index.ts'
import { toy } from './toy.ts'

type Wrap = (ports: Ports) => Ports

const wrapped = (name: string, ports: Wrap) =>
  toy({
    orders: 6,
    pieces: 9,
    change: (services) => services.map((service): SimulatedService => (service.definition.name === name ? { ...service, ports } : service)),
  })

/** The stock's own reaction without its own memory, so that only the inbox stands between a duplicate and a second reservation. */
const forgetful = (scenario: () => Scenario) => (): Scenario => {
  const made = scenario()
  return {
    ...made,
    services: made.services.map((service) =>
      service.definition.name !== 'inventory'
        ? service
        : {
            ...service,
            definition: {
              ...service.definition,
              reactions: service.definition.reactions.map((reaction) =>
                reaction.event.type !== 'OrderPlaced'
                  ? reaction
                  : { ...reaction, decide: (input, rows, facts) => reaction.decide(input, { ...rows, reservation: undefined }, facts) },
              ),
            },
          },
    ),
  }
}

const inboxOff: Wrap = (ports) => ({
  ...ports,
  store: {
    ...ports.store,
    async begin() {
      const tx = await ports.store.begin()
      return { ...tx, admit: async (what) => ({ ...(await tx.admit(what)), events: new Set(what.events.map(({ id }) => id)) }) }
    },
  },
})

/** Marks events as published without having sent them, now and then: when a send has failed. */
const sendsOnce: Wrap = (ports) => ({
  ...ports,
  eventLog: {
    ...ports.eventLog,
    producer() {
      const producer = ports.eventLog.producer()
      return { ...producer, send: (topic, records) => producer.send(topic, records).catch(() => {}) }
    },
  },
})

async function firstBroken(make: () => Scenario, seeds = 300): Promise<Run> {
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await simulate(make, { seed })
    if (run.violations.length > 0) return run
  }
  throw new Error('no seed found it')
}

it('keeps its promises without an inbox as long as the reaction remembers, and with an inbox when it does not', async () => {
  for (let seed = 1; seed <= 25; seed++)
    for (const make of [wrapped('inventory', inboxOff), forgetful(toy({ orders: 6 }))])
      expect((await simulate(make, { seed })).violations).toEqual([])
})

it('finds that neither remembers, and shrinks it to the duplicate', async () => {
  const make = forgetful(wrapped('inventory', inboxOff))
  const found = await firstBroken(make)
  const { run, plan } = await shrink(make, found)
  expect(run.violations.length).toBeGreaterThan(0)
  expect(run.faults.length).toBeLessThanOrEqual(3)
  expect(run.deeds).toBeLessThan(7)
  expect(run.story.length).toBeLessThan(120)
  // The plan is all it takes to see it again.
  expect((await simulate(make, { seed: found.seed, plan, story: true })).story).toEqual(run.story)
})

it('finds a lost event, and shrinks it to the one send that failed and the order that it was about', async () => {
  const make = wrapped('channel', sendsOnce)
  const { run } = await shrink(make, await firstBroken(make))
  expect(run.faults).toHaveLength(1)
  expect(run.faults[0]).toMatch(/send|broker away/)
  expect(run.deeds).toBeLessThanOrEqual(3)
  expect(run.story.join('\n')).toMatch(/VIOLATION/)
})

it('refuses to shrink what is not broken', async () => {
  const make = toy({ orders: 1 })
  await expect(shrink(make, await simulate(make, { seed: 1 }))).rejects.toThrow(/nothing to shrink/)
})
