import type { Parking } from '@murmuration/choreography'
import { rowsOf } from '@murmuration/choreography/memory'
import { RuleViolation, Transient } from '@murmuration/contracts'
import { chance } from './chance.ts'
import type { Cluster, Running } from './cluster.ts'
import type { World } from './scenario.ts'
import { freeze, type Sky } from './troubles.ts'

/** A client asks again after so many milliseconds. */
const AGAIN_MS = 250

/** The world as deeds and invariants see it. */
export function world(sky: Sky, seed: number): World {
  const { broker, clock, clusters, story } = sky
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]))
  const dice = chance(seed, 'clients')
  const of = (service: string): Cluster => {
    const found = byName.get(service)
    if (found === undefined) throw new Error(`there is no service ${service} in this scenario`)
    return found
  }
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  const up = async (service: string): Promise<Running> => {
    for (;;) {
      const running = [...of(service).running].filter(({ runtime }) => runtime !== undefined)
      if (running.length > 0) return dice.pick(running)
      await sleep(AGAIN_MS)
    }
  }
  return {
    now: clock.now,
    after: clock.after,
    sleep,
    async execute(service, command, input) {
      for (;;) {
        try {
          return await (await up(service)).ask((runtime) => runtime.execute(command, input))
        } catch (error) {
          if (error instanceof RuleViolation || !(error instanceof Transient)) throw error
          await sleep(AGAIN_MS)
        }
      }
    },
    async parking(service): Promise<Parking> {
      const running = await up(service)
      const { ask } = running
      return {
        list: (filter) => ask(({ parking }) => parking.list(filter)),
        show: (id) => ask(({ parking }) => parking.show(id)),
        replay: (request, signal) => ask(({ parking }) => parking.replay(request, signal)),
        discard: (ids, reason) => ask(({ parking }) => parking.discard(ids, reason)),
      }
    },
    row: <Row extends object>(service: string, { name }: { readonly name: string }, key: string) =>
      rowsOf(of(service).database.memory, name).get(key)?.row as Row | undefined,
    rows: (service, { name }) => rowsOf(of(service).database.memory, name),
    database: (service) => of(service).database.memory,
    records: broker.topics.records,
    write(topic, message) {
      const { partition, offset } = broker.topics.append(topic, message)
      return `${topic}/${partition}/${offset}`
    },
    silence(service, forMs) {
      const cluster = of(service)
      for (const running of cluster.running) freeze(sky, cluster, running, { forMs, disowned: false })
    },
    tell: (what) => story.tell('world', what),
  }
}
