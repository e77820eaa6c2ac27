import { Conflict } from '../ports.ts'

/** A transaction as the others see it: what it has locked, and whom it waits for. */
export interface Locker {
  /** Its locks as it has taken them; those that others have asked for once are in `held`. */
  taken: string[]
  readonly held: Set<string>
  waitsFor: Locker | undefined
  readonly waiters: (() => void)[]
}

export const locker = (): Locker => ({ taken: [], held: new Set(), waitsFor: undefined, waiters: [] })

/**
 * Takes a lock, or returns who has it. Few transactions run at once, so asking each of them is cheaper than a table of locks; and most run alone, so
 * they only note what they take.
 */
export function take(active: ReadonlySet<Locker>, me: Locker, name: string): Locker | undefined {
  if (active.size > 1) for (const other of active) if (other !== me && holds(other, name)) return other
  me.taken.push(name)
  return undefined
}

function holds(other: Locker, name: string): boolean {
  if (other.taken.length > 0) {
    for (const lock of other.taken) other.held.add(lock)
    other.taken = []
  }
  return other.held.has(name)
}

/** Resolves when the holder has ended. Throws `Conflict` when that would be never: each waits for the other. */
export function waitFor(me: Locker, holder: Locker): Promise<void> {
  for (let next: Locker | undefined = holder; next !== undefined; next = next.waitsFor)
    if (next === me) throw new Conflict({ cause: new Error('deadlock detected') })
  me.waitsFor = holder
  return new Promise((resolve) =>
    holder.waiters.push(() => {
      me.waitsFor = undefined
      resolve()
    }),
  )
}

/** Frees all that it has, and wakes who waits for it in the order in which they came. */
export function free(active: Set<Locker>, me: Locker): void {
  active.delete(me)
  me.taken = []
  me.held.clear()
  for (const wake of me.waiters.splice(0)) wake()
}
