import { type Broker, SESSION_MS } from './broker/broker.ts'
import { type Chance, chance } from './chance.ts'
import type { Clock } from './clock.ts'
import type { Cluster, Running } from './cluster.ts'
import type { Fate } from './fate.ts'
import type { Story } from './story.ts'

/** Faults that come by time. */
interface Trouble {
  readonly atMs: number
  readonly forMs: number
  readonly kind: Kind
  readonly dice: Chance
}
const kinds = [
  'kill',
  'freeze',
  'zombie',
  'rebalance',
  'broker away',
  'database away',
  'database refuses',
  'session cut',
  'rewind',
  'clock wrong',
] as const
type Kind = (typeof kinds)[number]

const HOUR_MS = 3_600_000
/** Read only; closed for connections; no connection free; starting; the disk full; a device broken; a role or a table changed under it. */
const REFUSALS = ['25006', '55000', '53300', '57P03', '53100', '58030', '42501', '42P01'] as const

export interface Sky {
  readonly clock: Clock
  readonly fate: Fate
  readonly broker: Broker
  readonly clusters: readonly Cluster[]
  readonly story: Story
}

/** Draws the seed's troubles over the time of the workload, and lets them come. */
export function brewTroubles(sky: Sky, { seed, spanMs }: { seed: number; spanMs: number }): void {
  const dice = chance(seed, 'troubles')
  for (let index = 0; index < sky.fate.weather.troubles; index++) {
    const trouble: Trouble = {
      atMs: dice.between(0, spanMs),
      forMs: dice.between(50, dice.pick([1_000, 5_000, 30_000])),
      kind: dice.pick(kinds),
      dice: chance(seed, `trouble ${index}`),
    }
    sky.clock.after(trouble.atMs, () => {
      if (sky.fate.admits(`trouble ${index}: ${trouble.kind}`)) strike(sky, trouble)
    })
  }
}

function strike(sky: Sky, { kind, forMs, dice }: Trouble): void {
  const { broker, clock, clusters, story } = sky
  const cluster = dice.pick(clusters)
  const victim = [...cluster.running].at(dice.below(Math.max(1, cluster.running.size)))
  switch (kind) {
    case 'kill':
      return victim?.instance.crash('killed')
    case 'freeze':
    case 'zombie':
      return victim === undefined ? undefined : freeze(sky, cluster, victim, { forMs, disowned: kind === 'zombie' })
    case 'rebalance':
      return broker.groups.get(cluster.service.definition.group)?.rebalance()
    case 'rewind':
      return broker.groups.get(cluster.service.definition.group)?.rewind()
    case 'broker away':
      broker.away = true
      clock.after(forMs, () => {
        story.tell('broker', 'is back')
        broker.back()
      })
      return
    case 'database away':
      cluster.database.away = true
      cluster.database.restart()
      clock.after(forMs, () => {
        story.tell(cluster.name, 'has its database back')
        cluster.database.away = false
      })
      return
    case 'database refuses':
      cluster.database.refuses = dice.pick(REFUSALS)
      story.tell(cluster.name, `has a database that answers ${cluster.database.refuses}`)
      clock.after(forMs, () => {
        story.tell(cluster.name, 'has a database that does as it is told')
        cluster.database.refuses = undefined
      })
      return
    case 'session cut':
      if (victim !== undefined) cluster.database.sessions.get(victim.instance)?.disown()
      return
    case 'clock wrong':
      if (victim === undefined) return
      victim.instance.skewMs = dice.pick([-HOUR_MS, HOUR_MS])
      story.tell(victim.instance.name, `has a clock that is ${victim.instance.skewMs / HOUR_MS} h off`)
  }
}

/** Stops a process for a while, as a suspended machine does; `disowned`: the others take it for dead, and take over what it owns. */
export function freeze(
  { broker, clock, story }: Sky,
  { database }: Cluster,
  { instance }: Running,
  { forMs, disowned }: { forMs: number; disowned: boolean },
): void {
  if (instance.frozen) return
  story.tell(instance.name, `is frozen for ${forMs} ms${disowned ? ', and taken for dead' : ''}`)
  instance.freeze()
  if (disowned) database.sessions.get(instance)?.disown()
  // It loses its place in the group, and its transactions their patience.
  if (forMs > SESSION_MS || disowned)
    clock.after(Math.min(SESSION_MS, forMs / 2), () => {
      broker.expel(instance)
      database.sessions.get(instance)?.abort()
    })
  clock.after(forMs, () => {
    if (!instance.alive) return
    story.tell(instance.name, 'goes on')
    instance.thaw()
    instance.later(100, () => broker.enterAgain(instance))
  })
}
