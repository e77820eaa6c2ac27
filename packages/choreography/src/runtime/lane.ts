import { suppressed } from '@murmuration/telemetry'
import type { Surroundings } from '../ports.ts'
import type { Work } from './work.ts'

/** Works that came together, and what to do when all of them are settled. */
export interface Parcel {
  /** None: it waits only for those before it. */
  readonly works: readonly Work[]
  done?(): void
}

export interface Lane {
  /** Queues works; resolves at once, or, while `maxQueued` works or more are waiting, when there is room again. */
  push(parcel: Parcel): Promise<void>
  /** Forgets what is queued and not started. */
  drop(): void
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>
}

export interface LaneOptions {
  readonly maxBatch?: number
  readonly maxQueued?: number
  /**
   * After a batch of several works the lane rests, the longer the longer that took, but no longer than this: where the machine is busy, fewer and larger
   * batches do the same for much less. A single work, as when all is quiet, is never followed by a rest, nor is a batch that is large already.
   */
  readonly maxRestMs?: number
}

const thereIsRoom = Promise.resolve()

/** As long as the batch itself for one of 40 ms, hardly any for one of 10 ms, over twice as long for one of 100 ms: that took so long as the machine is full. */
const restMs = (tookMs: number, maxMs: number): number => Math.min(maxMs, tookMs ** 2 / 40)

/**
 * A lane runs one batch at a time and makes the next from everything that came meanwhile: one message when idle, hundreds under load.
 * @param run rejects only when the service stops or something is badly wrong: the lane then forgets its queue and calls `broken`, and nothing
 *   that comes later may be marked as done.
 */
export function lane(
  around: Surroundings,
  run: (works: readonly Work[]) => Promise<void>,
  broken: (error: Error) => void,
  { maxBatch = 500, maxQueued = 2_000, maxRestMs = 0 }: LaneOptions = {},
): Lane {
  let queue: Parcel[] = []
  let depth = 0
  let running = false
  let room: (() => void)[] = []
  let idlers: (() => void)[] = []

  const wake = (waiting: (() => void)[]) => {
    for (const resolve of waiting) resolve()
  }
  const take = (): Parcel[] => {
    const taken: Parcel[] = []
    let size = 0
    while (queue[taken.length] !== undefined && (size === 0 || size + (queue[taken.length] as Parcel).works.length <= maxBatch)) {
      size += (queue[taken.length] as Parcel).works.length
      taken.push(queue[taken.length] as Parcel)
    }
    queue = queue.slice(taken.length)
    depth -= size
    if (depth < maxQueued) {
      wake(room)
      room = []
    }
    return taken
  }
  const loop = async () => {
    running = true
    try {
      while (queue.length > 0) {
        const parcels = take()
        const works = parcels.flatMap((parcel) => parcel.works)
        const startTime = around.now()
        if (works.length > 0) await run(works)
        const small = works.length > 1 && works.length < maxBatch / 2
        if (small && maxRestMs > 0) await around.sleep(restMs(around.now() - startTime, maxRestMs))
        for (const parcel of parcels) parcel.done?.()
      }
    } catch (error) {
      queue = []
      depth = 0
      broken(error as Error)
    } finally {
      running = false
      wake([...room, ...idlers])
      room = []
      idlers = []
    }
  }

  return {
    push(parcel) {
      queue.push(parcel)
      depth += parcel.works.length
      // The start waits for the end of this turn, so that what one fetch brings goes together. A batch belongs to many sagas, so its statements
      // are nobody's children: it leaves the trace of whoever happened to come first.
      if (!running) {
        running = true
        around.soon(() => void suppressed(loop))
      }
      return depth < maxQueued ? thereIsRoom : new Promise((resolve) => room.push(resolve))
    },
    drop() {
      queue = []
      depth = 0
      wake(room)
      room = []
    },
    async idle() {
      if (running || queue.length > 0) await new Promise<void>((resolve) => idlers.push(resolve))
    },
  }
}
