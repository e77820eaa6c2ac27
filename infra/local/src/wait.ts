import { setTimeout as sleep } from 'node:timers/promises'

export type WaitOptions = { timeoutMs: number; everyMs?: number; what: string; failure?: () => Promise<string | undefined> }

/**
 * Waits until `check` holds; what it throws counts as "not yet".
 *
 * @throws Error after `timeoutMs`, or as soon as `failure` gives a reason why waiting is in vain
 */
export const waitUntil = async (check: () => Promise<boolean>, { timeoutMs, everyMs = 50, what, failure }: WaitOptions): Promise<void> => {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  while (Date.now() < deadline) {
    const good = await check().catch((error: unknown) => {
      last = error
      return false
    })
    if (good) return
    const reason = await failure?.()
    if (reason !== undefined) throw new Error(`${what}: ${reason}`)
    await sleep(everyMs)
  }
  const why = last instanceof Error ? ` (${last.message})` : ''
  throw new Error(`${what}: not ready after ${Math.round(timeoutMs / 1000)} s${why}`, { cause: last })
}
