import { setTimeout as sleep } from 'node:timers/promises'
import type { Databases } from '@murmuration/checker'

const everyMs = 500
const OPEN = `SELECT count(*)::int AS open FROM orders WHERE status IN ('pending', 'paid')`

/** How many orders have not ended, looked at twice a second; while the database is away, what was seen last. */
export function openOrders(databases: Databases, stop: AbortSignal): () => number {
  let open = 0
  const looking = async (): Promise<void> => {
    while (!stop.aborted) {
      const [row] = await databases.rows<{ open: number }>('order', OPEN).catch(() => [])
      open = row?.open ?? open
      await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined)
    }
  }
  void looking()
  return () => open
}
