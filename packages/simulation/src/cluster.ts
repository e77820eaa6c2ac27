import type { Handled } from '@murmuration/choreography'
import { type Change, memoryDatabase } from '@murmuration/choreography/memory'
import { type HandOver, type InspectableRuntime, type Reader, startRuntime } from '@murmuration/choreography/runtime'
import { Transient } from '@murmuration/contracts'
import { type Broker, SESSION_MS } from './broker/broker.ts'
import { type Chance, chance } from './chance.ts'
import type { Clock } from './clock.ts'
import { type Database, database } from './database.ts'
import type { Fate } from './fate.ts'
import { type Instance, instance } from './instance.ts'
import type { SimulatedService } from './scenario.ts'
import type { Story } from './story.ts'
import { wire } from './wire.ts'

/** A running instance, and what callers wait for from it. */
export interface Running {
  readonly instance: Instance
  /** Undefined while it starts. */
  runtime: InspectableRuntime | undefined
  /** How many callers wait for its answer. */
  asked(): number
  /** Asks it for something over the network: fails when it dies before it has answered. */
  ask<Value>(what: (runtime: InspectableRuntime) => Promise<Value>): Promise<Value>
}

/** A service with its database and its instances. Who dies is started again, on the same database, remembering nothing. */
export interface Cluster {
  readonly service: SimulatedService
  readonly name: string
  readonly database: Database
  readonly running: ReadonlySet<Running>
  start(): void
}

export interface ClusterOptions {
  readonly service: SimulatedService
  readonly clock: Clock
  readonly fate: Fate
  readonly broker: Broker
  readonly reader: Reader
  /** Services that live together, as in one process; undefined: each has its own. */
  readonly handOver: HandOver | undefined
  readonly seed: number
  readonly story: Story
  committed(service: string, change: Change): void
  handled(instance: Instance, handled: Handled): void
  /** Somebody outside was reached. */
  happened(): void
}

const RESTART_MS = { least: 20, most: 3_000 }

export function cluster(options: ClusterOptions): Cluster {
  const { service, clock, fate, broker, reader, seed, story } = options
  const { definition } = service
  const { name } = definition
  const dice = chance(seed, `${name} cluster`)
  const commitDelay = fate.delays(`${name} committing`)
  const memory = memoryDatabase({
    now: () => Math.floor(clock.now()),
    committing() {
      const ms = commitDelay()
      return ms === 0 ? undefined : new Promise((resolve) => clock.after(ms, resolve))
    },
    committed: (change) => options.committed(name, change),
    ...(service.check === undefined ? {} : { check: service.check }),
  })
  const shared = database(memory, { fate, consumer: definition.group })
  const running = new Set<Running>()
  let started = 0

  const start = (): void => {
    const number = ++started
    const own = instance({ service: name, number, clock, dice: chance(seed, `${name} ${number}`), crashed: (why) => died(why) })
    const waiting = new Set<(error: Error) => void>()
    const self: Running = {
      instance: own,
      runtime: undefined,
      asked: () => waiting.size,
      ask: (what) =>
        new Promise((resolve, reject) => {
          const { runtime } = self
          if (runtime === undefined) return reject(new Transient(`${own.name} is not up`))
          waiting.add(reject)
          what(runtime).then(
            (value) => {
              waiting.delete(reject)
              resolve(value)
            },
            (error: unknown) => {
              waiting.delete(reject)
              reject(error as Error)
            },
          )
        }),
    }
    const died = (why: string) => {
      story.tell(own.name, `dies ${why}`)
      running.delete(self)
      shared.drop(own)
      for (const reject of waiting) reject(new Transient(`${own.name} died`))
      clock.after(Math.ceil(dice.next() ** 2 * SESSION_MS), () => broker.expel(own))
      clock.after(dice.between(RESTART_MS.least, RESTART_MS.most), start)
    }
    story.tell(own.name, 'starts')
    running.add(self)
    const ports = portsOf(own, shared, options)
    startRuntime(definition, {
      ...ports,
      around: own.around,
      frozen: false,
      observed: false,
      reader,
      stopDeadlineMs: 1_000,
      onHandled: (handled) => {
        if (own.alive) options.handled(own, handled)
      },
      fatal: (error) => own.crash(`of ${error.message}`),
    }).then(
      (up) => {
        self.runtime = up
      },
      (error: unknown) => own.crash(`at its start: ${(error as Error).message}`),
    )
  }

  return {
    service,
    name,
    database: shared,
    running,
    start() {
      for (let left = service.instances ?? instancesOf(dice); left > 0; left--) start()
    },
  }
}

const instancesOf = (dice: Chance): number => (dice.happens(0.3) ? 2 : 1)

function portsOf(own: Instance, shared: Database, { service, fate, broker, handOver, happened }: ClusterOptions) {
  const ports = {
    store: shared.connect(own),
    eventLog: broker.connect(own),
    effects: service.effects?.({ wire: wire({ fate, instance: own, happened }), instance: own.name }) ?? {},
    handOver,
  }
  return service.ports?.(ports) ?? ports
}
