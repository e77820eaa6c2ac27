import type { MemoryDatabase } from '@murmuration/choreography/memory'

/** Longer than any outage or silence of a run: whatever happens, a timer fires by then. */
const GRACE_MS = 300_000

/**
 * Timers that should have fired long ago, whosever they are: told once each. Looks only now and then, as it is asked after each commit.
 * @param atEnd nothing moves any more: what is due has been given up
 */
export function overdueTimers(
  databases: () => Iterable<readonly [service: string, database: MemoryDatabase]>,
): (now: number, atEnd?: boolean) => readonly string[] {
  const told = new Set<string>()
  let next = 0
  return (now, atEnd = false) => {
    if (now < next && !atEnd) return []
    next = now + 1_000
    const grace = atEnd ? 0 : GRACE_MS
    const overdue: string[] = []
    for (const [service, { timers }] of databases())
      for (const { sagaId, name, dueAt } of timers.values()) {
        if (now - dueAt <= grace) continue
        const timer = `the timer ${name} of ${sagaId} in ${service} is overdue`
        if (told.has(timer)) continue
        told.add(timer)
        overdue.push(timer)
      }
    return overdue
  }
}
