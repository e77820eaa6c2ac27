import { problem } from '@murmuration/http'
import { logger, suppressed } from '@murmuration/telemetry'
import type { Pool } from './upstream/pool.ts'

/** Who may do nothing although their tokens are still valid: the suspended and the deleted, as the user service said last (ADR 10). */
export interface Suspensions {
  /** @throws HttpProblem 503 while the user service has not said anything yet */
  isSuspended(userId: string): boolean
  /** Calls `ended` within `everyMs` of the suspension, and again until the listening ends. Returns what ends it. */
  onSuspended(userId: string, ended: () => void): () => void
  /** Asks from now on; resolves when it has asked once, heard or not. */
  start(): Promise<void>
  stop(): void
}

const untilFirstMs = 200

/** @param ask the ids of all who are suspended or deleted */
export function suspensions(ask: () => Promise<readonly string[]>, everyMs = 5000): Suspensions {
  const log = logger('suspensions')
  const listeners = new Map<string, Set<() => void>>()
  let suspended: ReadonlySet<string> | undefined
  let heard = true
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  // What was heard last stays: while the user service is away nobody is suspended, and its keys end what lasts longer.
  async function look(): Promise<void> {
    try {
      suspended = new Set(await ask())
      heard = true
    } catch (error) {
      if (heard) log.warn({ err: error }, 'cannot ask who is suspended')
      heard = false
    }
    for (const [userId, those] of listeners) if (suspended?.has(userId)) for (const ended of those) ended()
    if (!stopped) timer = setTimeout(look, suspended === undefined ? untilFirstMs : everyMs)
  }

  return {
    isSuspended(userId) {
      if (suspended !== undefined) return suspended.has(userId)
      throw problem(503, 'unavailable', 'Who is suspended is not known yet, try again.', { headers: { 'retry-after': '1' } })
    },
    onSuspended(userId, ended) {
      const those = listeners.get(userId) ?? new Set()
      listeners.set(userId, those.add(ended))
      return () => {
        those.delete(ended)
        if (those.size === 0 && listeners.get(userId) === those) listeners.delete(userId)
      }
    },
    start: look,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** Asks the user service. Without spans: it belongs to no request. @throws HttpProblem 503 */
export const suspendedUsers =
  (users: Pool): (() => Promise<readonly string[]>) =>
  async () => {
    const request = { method: 'GET', path: '/suspended-users', headers: { accept: 'application/json' } }
    const { status, body } = await suppressed(() => users.send(request, 'always'))
    if (status !== 200) throw new Error(`the user service answered ${status}`)
    return (JSON.parse(body.toString('utf8')) as { userIds: string[] }).userIds
  }
