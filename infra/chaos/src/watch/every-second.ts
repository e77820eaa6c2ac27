import { setTimeout as sleep } from 'node:timers/promises'
import type { Violation } from './invariants.ts'

export interface Watched {
  /** Looks that were taken; the others met a server that was away. */
  readonly looks: number
  readonly blind: number
  readonly violations: readonly Violation[]
}

/** Looks about every second until stopped. What cannot be looked at, as its server is away, is looked at the next time. */
export function everySecond(looks: readonly (() => Promise<readonly Violation[]>)[], stop: AbortSignal, told: (found: Violation) => void) {
  const seen = new Map<string, Violation>()
  const watched = { looks: 0, blind: 0 }
  const look = async (each: () => Promise<readonly Violation[]>): Promise<void> => {
    const found = await each().catch(() => undefined)
    if (found === undefined) return void watched.blind++
    watched.looks++
    for (const violation of found)
      if (!seen.has(violation.detail)) {
        seen.set(violation.detail, violation)
        told(violation)
      }
  }
  const done = (async (): Promise<Watched> => {
    while (!stop.aborted) {
      const began = performance.now()
      await Promise.all(looks.map(look))
      await sleep(Math.max(50, 1000 - (performance.now() - began)), undefined, { signal: stop }).catch(() => undefined)
    }
    return { ...watched, violations: [...seen.values()] }
  })()
  return done
}
