import { Conflict } from '../ports.ts'

/** A transaction as the others see it: what it has locked, and whom it waits for. */
export interface Locker {
  readonly held: Set<string>
  waitsFor: Locker | undefined
  readonly waiters: (() => void)[]
}

export const locker = (): Locker => ({ held: new Set(), waitsFor: undefined, waiters: [] })

/** Takes a lock, or returns who has it. Few transactions run at once, so asking each of them is cheaper than a table of locks. */
export function take(active: ReadonlySet<Locker>, me: Locker, name: string): Locker | undefined {
  if (me.held.has(name)) return undefined
  if (active.size > 1) for (const other of active) if (other !== me && other.held.has(name)) return other
  me.held.add(name)
  return undefined
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
  me.held.clear()
  for (const wake of me.waiters.splice(0)) wake()
}
