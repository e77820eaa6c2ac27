import { type Chance, chance } from './chance.ts'

/** A fault that struck, as it is named in a plan: `inventory commit 37: answer lost`. */
export type FaultId = string

/** How rough a run is. */
export interface Weather {
  /** The share of calls to ports that take time. */
  readonly slow: number
  /** How long those take at most, one way, in ms. */
  readonly latencyMs: number
  /** The probability of a fault at each call, by kind. */
  readonly faults: number
  readonly crashes: number
  /** Troubles that come by time: outages, frozen instances, rebalances … */
  readonly troubles: number
}

/** Decides what goes wrong, and tells afterwards what did. */
export interface Fate {
  readonly weather: Weather
  /** A place at which something may go wrong: asked at each call, it says what does. The same place decides alike whatever happens elsewhere. */
  site<Kind extends string>(name: string, kinds: Readonly<Record<Kind, 'fault' | 'crash'>>): () => Kind | undefined
  /** How long calls at a place take, one way, in ms; mostly nothing. */
  delays(name: string): () => number
  /** True when this trouble may strike. */
  admits(id: FaultId): boolean
  /** Nothing goes wrong from now on. */
  heal(): void
  readonly struck: readonly FaultId[]
}

export interface FateOptions {
  readonly seed: number
  readonly weather: Weather
  /** The only faults that may strike: those of an earlier run, without some. */
  readonly only: ReadonlySet<FaultId> | undefined
  /** False: no call takes time. */
  readonly delays: boolean
  told(id: FaultId): void
}

export function fate({ seed, weather, only, delays, told }: FateOptions): Fate {
  const sites = new Map<string, () => string | undefined>()
  const waits = new Map<string, () => number>()
  const struck: FaultId[] = []
  let healed = false
  const admits = (id: FaultId): boolean => {
    if (healed || (only !== undefined && !only.has(id))) return false
    struck.push(id)
    told(id)
    return true
  }
  return {
    weather,
    struck,
    admits,
    heal() {
      healed = true
    },
    // A place outlives the instances that come by it.
    site: <Kind extends string>(name: string, kinds: Readonly<Record<Kind, 'fault' | 'crash'>>) =>
      kept(sites, name, () => site(chance(seed, name), name, kinds, weather, admits)) as () => Kind | undefined,
    delays: (name) => (delays ? kept(waits, name, () => delay(chance(seed, `${name} delay`), weather)) : () => 0),
  }
}

function kept<Value>(all: Map<string, Value>, name: string, make: () => Value): Value {
  const found = all.get(name) ?? make()
  all.set(name, found)
  return found
}

function site(
  { next }: Chance,
  name: string,
  kinds: Readonly<Record<string, 'fault' | 'crash'>>,
  weather: Weather,
  admits: (id: FaultId) => boolean,
): () => string | undefined {
  let total = 0
  const limits = Object.entries(kinds).map(([kind, of]) => {
    total += of === 'fault' ? weather.faults : weather.crashes
    return { kind, below: total }
  })
  let call = 0
  return () => {
    call++
    const drawn = next()
    if (drawn >= total) return undefined
    const kind = limits.find(({ below }) => drawn < below)?.kind
    return kind !== undefined && admits(`${name} ${call}: ${kind}`) ? kind : undefined
  }
}

/** Mostly nothing or short, seldom long; a tenth of a millisecond is the smallest step. */
const delay =
  ({ next }: Chance, { slow, latencyMs }: Weather) =>
  (): number =>
    next() < slow ? Math.ceil(cube(next()) * latencyMs * 10) / 10 : 0

const cube = (share: number): number => share * share * share

/** Some runs are calm; others have faults of a few kinds only, which finds more than a little of everything. */
export function drawWeather(dice: Chance): Weather {
  const calm = dice.happens(0.15)
  const rate = (share: number, most: number) => (calm || !dice.happens(share) ? 0 : most * dice.next() ** 2)
  return {
    slow: dice.next(),
    latencyMs: dice.pick([2, 10, 50, 300]),
    faults: rate(0.7, 0.03),
    crashes: rate(0.6, 0.003),
    troubles: calm ? 0 : dice.below(6),
  }
}
