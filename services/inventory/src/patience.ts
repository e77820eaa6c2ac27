import { setTimeout as sleep } from 'node:timers/promises'
import { RuleViolation } from '@murmuration/contracts'

const everyMs = 100
const patienceMs = 3_000

/** Runs a command that may name a sku whose ProductCreated is still on its way: again, until it is there or 3 s are over. @throws what the last try throws */
export async function whenKnown<Reply>(run: () => Promise<Reply>): Promise<Reply> {
  for (const until = performance.now() + patienceMs; ; await sleep(everyMs)) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.code !== 'sku_not_found' || performance.now() > until) throw error
    }
  }
}
