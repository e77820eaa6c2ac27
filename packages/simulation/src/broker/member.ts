import type { ConsumeOptions } from '@murmuration/choreography/ports'
import type { Chance } from '../chance.ts'
import type { Instance } from '../instance.ts'
import type { Partition } from './topics.ts'

/** A consumer in its group, as it sees itself: until it has joined again after a rebalance, it goes on with what it had. */
export interface Member {
  readonly instance: Instance
  /** The generation in which it has joined last. */
  readonly generation: number
  /** True when it has read and handled all there is. */
  idle(): boolean
  /** There is something new in a partition that it reads. */
  wake(partition: Partition): void
  wakeAll(): void
  /** Begins a generation: reads its partitions from there on. */
  join(generation: number, positions: ReadonlyMap<Partition, number>, alone: boolean): void
  pause(): void
}

export interface MemberOptions {
  readonly instance: Instance
  readonly options: ConsumeOptions
  readonly dice: Chance
  /** How long a fetch takes, in ms. */
  delay(): number
  away(): boolean
  /** False when the group has gone on without it. */
  current(generation: number): boolean
  delivered(messages: number): void
}

/** A fetch brings so many messages of a partition at most. */
const MAX_FETCH = 500
/** … and takes at least so many milliseconds, in which more may come. */
const FETCH_MS = 1

export function member({ instance, options, dice, delay, away, current, delivered }: MemberOptions): Member {
  let positions = new Map<Partition, number>()
  const ready = new Set<Partition>()
  const busy = new Set<Partition>()
  let fetching = false
  let paused = false

  const caughtUp = ({ topic, index }: Partition) => options.caughtUp?.(topic, index)
  const schedule = () => {
    if (fetching || paused || ready.size === 0 || away()) return
    fetching = true
    instance.later(FETCH_MS + delay(), fetch)
  }
  // One fetch brings what all partitions have, but some of them answer later, and some with a part: so topics are out of step.
  const fetch = () => {
    fetching = false
    if (paused || away() || !current(self.generation)) return
    for (const partition of ready) {
      if (busy.has(partition)) continue
      if (ready.size > 1 && dice.happens(0.15)) continue
      ready.delete(partition)
      deliver(partition)
    }
    for (const partition of ready) if (!busy.has(partition)) return schedule()
  }
  const deliver = (partition: Partition) => {
    const from = positions.get(partition) ?? 0
    const limit = dice.happens(0.8) ? MAX_FETCH : dice.between(1, 4)
    const messages = partition.messages.slice(from, from + limit)
    if (messages.length === 0) return
    positions.set(partition, from + messages.length)
    busy.add(partition)
    const at = self.generation
    if (from + messages.length < partition.messages.length) ready.add(partition)
    delivered(messages.length)
    const handled = options.deliver(messages)
    if (from + messages.length === partition.messages.length) caughtUp(partition)
    void handled.then(() => {
      if (at !== self.generation) return
      busy.delete(partition)
      schedule()
    })
  }

  const self = {
    instance,
    generation: 0,
    idle: () => busy.size === 0 && ready.size === 0,
    wake(partition: Partition) {
      if (!positions.has(partition)) return
      ready.add(partition)
      if (!busy.has(partition)) schedule()
    },
    wakeAll: schedule,
    join(generation: number, from: ReadonlyMap<Partition, number>, alone: boolean) {
      self.generation = generation
      positions = new Map(from)
      busy.clear()
      ready.clear()
      const own = new Set(Array.from(positions.keys(), ({ topic, index }) => `${topic}/${index}`))
      options.reassigned({ alone, owns: (topic, partition) => own.has(`${topic}/${partition}`) })
      for (const [partition, position] of positions)
        if (position < partition.messages.length) ready.add(partition)
        else caughtUp(partition)
      schedule()
    },
    pause() {
      paused = true
    },
  }
  return self
}
