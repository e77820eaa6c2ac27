import { type Heap, heap } from './heap.ts'

export interface Task {
  readonly at: number
  /** Tasks of one time run in the order in which they were asked for. */
  readonly order: number
  run(): void
}

/** The virtual clock. Time passes only from task to task. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Something that the world does after so many milliseconds. */
  after(ms: number, run: () => void): void
  /** Something that a process means to do then: late when the clock leaps. */
  nap(ms: number, run: () => void): void
  /** When the world does something next; undefined when it has nothing to do. */
  next(): number | undefined
  /** Lets the time pass at once, as a machine does that was suspended: what processes slept for comes late. Never goes back. */
  leap(to: number): void
  /** Runs all tasks of the next point in time; false when there are none. */
  step(): boolean
}

export function clock(startsAt: number): Clock {
  const world: Heap<Task> = heap(earlier)
  const naps: Heap<Task> = heap(earlier)
  let now = startsAt
  let order = 0
  const runDue = (tasks: Heap<Task>, until: number) => {
    for (let task = tasks.first(); task !== undefined && task.at <= now && task.order < until; task = tasks.first()) tasks.pop()?.run()
  }
  return {
    now: () => now,
    after: (ms, run) => world.push({ at: now + ms, order: order++, run }),
    nap: (ms, run) => naps.push({ at: now + ms, order: order++, run }),
    next: () => world.first()?.at,
    leap(to) {
      if (to > now) now = to
    },
    step() {
      const first = world.first()
      const second = naps.first()
      const earliest = second === undefined || (first !== undefined && earlier(first, second)) ? first : second
      if (earliest === undefined) return false
      if (earliest.at > now) now = earliest.at
      // Those that they ask for at this very time come in the next step: what they set going gets its turn first.
      const until = order
      runDue(world, until)
      runDue(naps, until)
      return true
    },
  }
}

const earlier = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

const AT_ONCE = 64

/**
 * Steps until there is nothing left to do. Between two steps Node runs all that promises have made ready: immediates that were queued together are
 * run one after the other, each with its microtasks, for less than a turn of the event loop each would cost.
 */
export function drive(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = AT_ONCE
    let over = false
    const turn = () => {
      if (over) return
      try {
        if (!step()) {
          over = true
          return resolve()
        }
      } catch (error) {
        over = true
        return reject(error as Error)
      }
      if (--left === 0) queue()
    }
    const queue = () => {
      left = AT_ONCE
      for (let index = 0; index < AT_ONCE; index++) setImmediate(turn)
    }
    queue()
  })
}
