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
  alive: boolean
  frozen: boolean
  /** How far its clock is from the true time, in ms. */
  skewMs: number
  /** Does a task in the process after so many milliseconds: never when it has died, and once it goes on when it is frozen. */
  later(ms: number, task: () => void): void
  /**
   * Asks somebody outside, who acts after `thereMs`, whatever becomes of the process meanwhile: it is on its way. The answer is back `backMs` later: never
   * when the process has died, and at once when nothing of it takes time.
   */
  call<Value>(thereMs: number, act: () => Awaitable<Value>, backMs: number): Awaitable<Value>
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
  let backlog: (() => void)[] = []
  const enter = (task: () => void): void => {
    if (!self.alive) return
    if (self.frozen) backlog.push(task)
    else task()
  }
  const later = (ms: number, task: () => void): void => clock.nap(ms, () => enter(task))
  const passOn = <Value>(given: Awaitable<Value>, ms: number, resolve: (value: Value) => void, reject: (error: Error) => void): void => {
    const pass = (task: () => void) => (ms > 0 ? later(ms, task) : enter(task))
    if (given instanceof Promise)
      given.then(
        (value) => pass(() => resolve(value)),
        (error: unknown) => pass(() => reject(error as Error)),
      )
    else pass(() => resolve(given))
  }
  const self: Instance = {
    service,
    name,
    skewMs: 0,
    alive: true,
    frozen: false,
    later,
    call<Value>(thereMs: number, act: () => Awaitable<Value>, backMs: number) {
      if (thereMs === 0) return self.answer(attempted(act), backMs)
      return new Promise<Value>((resolve, reject) => clock.after(thereMs, () => passOn(attempted(act), backMs, resolve, reject)))
    },
    answer<Value>(given: Awaitable<Value>, ms: number) {
      if (ms === 0 && !(given instanceof Promise)) return given
      return new Promise<Value>((resolve, reject) => passOn(given, ms, resolve, reject))
    },
    crash(why) {
      if (!self.alive) return
      self.alive = false
      backlog = []
      crashed(why)
    },
    freeze() {
      self.frozen = true
    },
    thaw() {
      self.frozen = false
      // One after the other, each with what it sets going.
      for (const task of backlog.splice(0)) later(0, task)
    },
    around: surroundings(name, clock, dice, later, enter, () => self.skewMs),
  }
  return self
}

function attempted<Value>(act: () => Awaitable<Value>): Awaitable<Value> {
  try {
    return act()
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

function surroundings(
  name: string,
  clock: Clock,
  dice: Chance,
  later: Instance['later'],
  enter: (task: () => void) => void,
  skewMs: () => number,
): Surroundings {
  const prefix = hashOf(name).toString(16).padStart(8, '0')
  let ids = 0
  let turns = 0
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
        if (ms === 0) return resolve()
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
    soon(task) {
      // Now and then the clock gets its turn, so that what goes on for ever is seen to.
      if (++turns % 100 === 0) later(0, task)
      else queueMicrotask(() => enter(task))
    },
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
