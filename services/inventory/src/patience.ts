import { setTimeout as sleep } from 'node:timers/promises'
import { RuleViolation } from '@murmuration/contracts'

const everyMs = 100
const patienceMs = 3_000

/** Runs a command that may ask for what an event is still to bring, until it is there or 3 s are over. @throws what the last try throws */
export async function aMomentLater<Reply>(unknown: string, run: () => Promise<Reply>): Promise<Reply> {
  for (const until = performance.now() + patienceMs; ; await sleep(everyMs)) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.code !== unknown || performance.now() > until) throw error
    }
  }
}
