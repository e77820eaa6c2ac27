import { setTimeout as sleep } from 'node:timers/promises'
import { shared } from './state.ts'

/** What the flush came to. `flushed` is false when the deadline passed or an exporter failed first; `dropped` counts lost spans. */
export type Flushed = { flushed: boolean; dropped: number }

/**
 * Sends what is still held and stops telemetry, in at most `deadlineMs`. Never throws; a second call, or one without SDK, does nothing.
 * A request to a hung collector may hold the process for 5 s more, so end with `process.exit()` after it.
 */
export const shutdownTelemetry = async ({ deadlineMs = 3_000 }: { deadlineMs?: number } = {}): Promise<Flushed> => {
  const { running } = shared
  if (!running) return { flushed: true, dropped: 0 }
  delete shared.running
  const flush = running.shutdown().then(
    () => true,
    () => false,
  )
  const waiting = new AbortController()
  const deadline = sleep(deadlineMs, false, { signal: waiting.signal }).catch(() => false)
  const flushed = await Promise.race([flush, deadline])
  waiting.abort()
  return { flushed, dropped: running.dropped() }
}
