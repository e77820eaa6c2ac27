import { problem } from '@murmuration/http'

/** A 503 with Retry-After, for what would wait in vain. */
export const overloaded = (who: string, cause?: unknown) =>
  problem(503, 'overloaded', `The ${who} has more to do than it can, try again.`, { headers: { 'retry-after': '1' }, cause })

/** About what the gateway takes through its own steps in a second when the machine is full. */
const many = 128
const lateMs = 1000

/** @returns what says that a request is no longer on its way through the gateway itself; more than once does no harm. */
export type Enter = () => () => void

/**
 * Refuses a request with a 503 `overloaded` while many are on their way through the gateway itself and the first of them is late; a short burst is
 * none. Node begins with all that have come before it goes on with those that are under way: without a bound every one of a wave is as late as the last.
 */
export function bound(now: () => number = () => performance.now()): Enter {
  /** When they came, the first one first. */
  const within = new Set<{ readonly at: number }>()
  return () => {
    const [first] = within
    if (first !== undefined && within.size >= many && now() - first.at > lateMs) throw overloaded('gateway')
    const own = { at: now() }
    within.add(own)
    return () => void within.delete(own)
  }
}
