import type { Handled } from '@murmuration/choreography'
import { type Change, nextDue } from '@murmuration/choreography/memory'
import { handOver } from '@murmuration/choreography/runtime'
import { type Broker, broker } from './broker/broker.ts'
import { chance } from './chance.ts'
import { type Clock, clock, drive } from './clock.ts'
import { type Cluster, cluster } from './cluster.ts'
import { drawWeather, fate } from './fate.ts'
import { readOnce } from './reader.ts'
import type { Deed, Run, RunOptions, Scenario, Violation, World } from './scenario.ts'
import { silence, story } from './story.ts'
import { brewTroubles, type Sky } from './troubles.ts'
import { world } from './world.ts'

const STARTS_AT = Date.UTC(2026, 0, 1)
/** Troubles go on for so long after the last deed; then all heals, and what began has to end. */
const STORMY_MS = 5_000
/** How often the clock looks whether it may leap to what comes next. */
const LOOK_MS = 20
/** Something is left to do, and nobody does it for so long: longer than any backoff, freeze, look into the outbox, and time that an event is set aside. */
const STUCK_MS = 90_000
/** What still moves so long after the last deed, or after so many events, never comes to rest. */
const ENDLESS_MS = 6 * 3_600_000
const ENDLESS_EVENTS = 100_000

/**
 * Runs services on the production runtime over a broker, databases and clock in memory. All chance comes from the seed, and no real time passes: the
 * same scenario, seed and plan make the same run. It ends when nothing moves any more and nothing waits for its time, or at the first commit that
 * breaks an invariant.
 */
export async function simulate(
  make: (seed: number) => Scenario,
  { seed, plan = {}, story: told = false, weather, hosting }: RunOptions,
): Promise<Run> {
  const scenario = make(seed)
  const time = clock(STARTS_AT)
  const tale = told ? story(time.now, STARTS_AT, (id) => scenario.nameOf?.(id)) : silence
  const violations: Violation[] = []
  const violated = (what: string) => {
    tale.tell('VIOLATION', what)
    violations.push({ atMs: time.now() - STARTS_AT, what })
  }
  const fates = fate({
    seed,
    weather: { ...drawWeather(chance(seed, 'weather')), ...weather },
    only: plan.faults,
    delays: plan.delays ?? true,
    told: (id) => tale.tell('FAULT', id),
  })
  let [events, duplicates, deeds, movedAt, broken] = [0, 0, 0, time.now(), false]
  const moved = () => {
    movedAt = time.now()
  }
  const middle = broker({
    clock: time,
    fate: fates,
    seed,
    appended(message) {
      moved()
      if (told) tale.tell('log', `${message.topic}/${message.partition}/${message.offset} ${message.type} of ${message.key}`)
    },
    delivered: moved,
  })
  const reader = readOnce()
  // Half of the runs have all services in one process, as far as what they hand to each other goes; they may die one by one all the same.
  const together =
    (hosting ?? (chance(seed, 'hosting').happens(0.5) ? 'together' : 'apart')) === 'together'
      ? handOver(() => Math.floor(time.now()))
      : undefined
  const clusters = scenario.services.map(
    (service): Cluster =>
      cluster({
        service,
        clock: time,
        fate: fates,
        broker: middle,
        reader,
        handOver: together,
        seed,
        story: tale,
        happened: moved,
        committed(name, change) {
          moved()
          for (const what of scenario.afterCommit?.(name, change, outside) ?? []) {
            violated(`${name}: ${what}`)
            broken = true
          }
          if (told) tellChange(name, change)
        },
        handled({ service: by, name }, handled) {
          if (handled.outcome === 'duplicate') duplicates++
          else events++
          scenario.handled?.(by, handled)
          if (told) tale.tell(name, describe(handled))
        },
      }),
  )
  const tellChange = (name: string, { rows }: Change) => {
    for (const { table, key, before, after } of rows) tale.tell(name, `  ${table} ${key}: ${difference(before, after)}`)
  }
  const sky: Sky = { clock: time, fate: fates, broker: middle, clusters, story: tale }
  const outside: World = world(sky, seed)

  for (const each of clusters) each.start()
  const spanMs = scenario.workload.at(-1)?.atMs ?? 0
  for (const [index, deed] of scenario.workload.entries())
    if (plan.deeds?.has(index) ?? true)
      time.after(deed.atMs, () => {
        moved()
        deeds++
        void act(deed, outside, tale.tell)
      })
  brewTroubles(sky, { seed, spanMs: spanMs + STORMY_MS })
  time.after(spanMs + STORMY_MS, () => fates.heal())

  let lookAt = 0
  await drive(() => {
    if (broken) return false
    if (time.now() > STARTS_AT + spanMs + ENDLESS_MS || events + duplicates > ENDLESS_EVENTS) {
      violated('it never comes to rest')
      return false
    }
    // As long as something moves there is no rest.
    if (time.now() >= lookAt && time.now() >= movedAt + LOOK_MS) {
      const stuck = time.now() - movedAt > STUCK_MS
      if (stuck || (middle.idle() && clusters.every((cluster) => atRest(cluster, middle)))) {
        const from = time.now()
        if (!leap(time, clusters, stuck)) return false
        // Who was passed over has all its time for what is due now.
        if (time.now() > from) moved()
      }
      lookAt = time.now() + LOOK_MS
    }
    return time.step()
  })
  if (!broken) for (const what of scenario.atEnd?.(outside) ?? []) violated(what)
  return {
    seed,
    events,
    duplicates,
    violations,
    faults: fates.struck,
    deeds,
    tookMs: time.now() - STARTS_AT,
    story: tale.lines(),
  }
}

/** Nobody there does anything before the world does: to let a frozen process go on, to start one again, to give one up. */
function sleeps({ running }: Cluster): boolean {
  for (const { instance } of running) if (!instance.frozen) return false
  return true
}

/** Nothing is on its way in a service: nobody waits for an answer, everything is published, nothing starts, and somebody is there to read. */
function atRest(cluster: Cluster, { groups }: Broker): boolean {
  if (sleeps(cluster)) return true
  const { service, running, database } = cluster
  if (groups.get(service.definition.group)?.members.size === 0) return false
  if (database.memory.outbox.size > 0 || database.memory.active.size > 0) return false
  for (const { asked, runtime } of running) if (asked() > 0 || runtime === undefined) return false
  return true
}

/** Leaps to what comes next; false when nothing ever comes, or when what is due is not done (`stuck`). */
function leap(time: Clock, clusters: readonly Cluster[], stuck: boolean): boolean {
  let soonest = time.next() ?? Number.POSITIVE_INFINITY
  for (const cluster of clusters) {
    if (sleeps(cluster)) continue
    const due = nextDue(cluster.database.memory) ?? Number.POSITIVE_INFINITY
    // What is due and not done may wait for something that the world does later, such as the end of an outage.
    if (!stuck || due > time.now()) soonest = Math.min(soonest, due)
  }
  // What is due is done within a second; when it is not, it never is.
  if (soonest === Number.POSITIVE_INFINITY) return false
  time.leap(soonest)
  return true
}

async function act(deed: Deed, outside: World, tell: (who: string, what: string) => void): Promise<void> {
  tell('world', deed.name)
  try {
    const came = await deed.run(outside)
    if (came !== undefined) tell('world', `${deed.name}: ${came}`)
  } catch (error) {
    tell('world', `${deed.name}: ${(error as Error).message}`)
  }
}

function describe({ name, sagaId, outcome, reason, emitted }: Handled): string {
  const then = emitted.length > 0 ? ` -> ${emitted.map(({ type }) => type).join(', ')}` : ''
  return `${name} of ${sagaId}: ${outcome}${reason === undefined ? '' : ` (${reason})`}${then}`
}

/** The columns that changed, as they are now. */
function difference(before: object | undefined, after: object): string {
  const was = (before ?? {}) as Record<string, unknown>
  const changed = Object.entries(after).filter(([column, value]) => JSON.stringify(was[column]) !== JSON.stringify(value))
  return changed.map(([column, value]) => `${column}=${JSON.stringify(value)}`).join(' ')
}
