import type { Awaitable, Surroundings } from '@murmuration/choreography/ports'
import { type Chance, hashOf } from './chance.ts'
import type { Clock } from './clock.ts'
import { failure } from './failure.ts'

/** A process of a service, from its start to its death. */
export interface Instance {
  readonly service: string
  /** `inventory 2` is the second one that was started. */
  readonly name: string
  readonly around: Surroundings
  readonly alive: boolean
  readonly frozen: boolean
  /** How far its clock is from the true time, in ms. */
  skewMs: number
  /** Does a task in the process after so many milliseconds: never when it has died, and once it goes on when it is frozen. */
  later(ms: number, task: () => void): void
  /** What comes back to the process, after so many milliseconds; never when it has died. At once, when it is there and takes no time. */
  answer<Value>(given: Awaitable<Value>, ms: number): Awaitable<Value>
  /** Ends it, with all that it had in memory, at this very point. */
  crash(why: string): void
  freeze(): void
  thaw(): void
}

export interface InstanceOptions {
  readonly service: string
  readonly number: number
  readonly clock: Clock
  readonly dice: Chance
  crashed(why: string): void
}

export function instance({ service, number, clock, dice, crashed }: InstanceOptions): Instance {
  const name = `${service} ${number}`
  let alive = true
  let frozen = false
  let backlog: (() => void)[] = []
  const enter = (task: () => void): void => {
    if (!alive) return
    if (frozen) backlog.push(task)
    else task()
  }
  const later = (ms: number, task: () => void): void => clock.nap(ms, () => enter(task))
  const self: Instance = {
    service,
    name,
    skewMs: 0,
    get alive() {
      return alive
    },
    get frozen() {
      return frozen
    },
    later,
    answer<Value>(given: Awaitable<Value>, ms: number) {
      if (!(given instanceof Promise)) return ms === 0 ? given : new Promise<Value>((resolve) => later(ms, () => resolve(given)))
      return new Promise<Value>((resolve, reject) => {
        const pass = (task: () => void) => (ms > 0 ? later(ms, task) : enter(task))
        given.then(
          (value) => pass(() => resolve(value)),
          (error: unknown) => pass(() => reject(error as Error)),
        )
      })
    },
    crash(why) {
      if (!alive) return
      alive = false
      backlog = []
      crashed(why)
    },
    freeze() {
      frozen = true
    },
    thaw() {
      frozen = false
      // One after the other, each with what it sets going.
      for (const task of backlog.splice(0)) later(0, task)
    },
    around: surroundings(name, clock, dice, later, () => self.skewMs),
  }
  return self
}

function surroundings(name: string, clock: Clock, dice: Chance, later: Instance['later'], skewMs: () => number): Surroundings {
  const prefix = hashOf(name).toString(16).padStart(8, '0')
  let ids = 0
  // One listener for each signal: adding one looks at all that are there.
  const dependents = new Map<AbortSignal, Set<() => void>>()
  const dependentsOf = (signal: AbortSignal) => {
    let found = dependents.get(signal)
    if (found === undefined) {
      const all = new Set<() => void>()
      signal.addEventListener('abort', () => {
        for (const abort of all) abort()
      })
      dependents.set(signal, all)
      found = all
    }
    return found
  }
  return {
    now: () => Math.floor(clock.now()) + skewMs(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal === undefined) return later(ms, resolve)
        if (signal.aborted) return resolve()
        const woken = () => {
          signal.removeEventListener('abort', woken)
          resolve()
        }
        signal.addEventListener('abort', woken)
        later(ms, woken)
      }),
    after: later,
    soon: (task) => later(0, task),
    deadline(ms, signal) {
      const controller = new AbortController()
      const siblings = dependentsOf(signal)
      const abort = () => {
        siblings.delete(abort)
        controller.abort(failure(`no answer within ${ms} ms`))
      }
      siblings.add(abort)
      later(ms, abort)
      return controller.signal
    },
    random: () => dice.next(),
    newId: () => `${prefix}-0000-7000-8000-${(ids++).toString(16).padStart(12, '0')}`,
  }
}
