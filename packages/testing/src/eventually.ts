import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Calls `check` until it does not throw, and returns what it returned.
 *
 * @throws what `check` threw last, once `timeoutMs` (default 5000) are over
 */
export const eventually = async <T>(
  check: () => T | Promise<T>,
  { timeoutMs = 5000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> => {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() >= deadline) throw error
    }
    await sleep(everyMs)
  }
}
