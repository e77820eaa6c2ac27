import type { Fault } from './fault.ts'
import { restarted } from './restarted.ts'
import { rows } from './rows.ts'

const consumer = 'channel'
const producers = ['payment', 'payment-2']

/**
 * A next version of PaymentAuthorized is rolled out: its consumer first, then one of two producers, so that both versions come at the same time; then it
 * is taken back, which the consumer, who knows both, does not need to be. The target is `<producer>`.
 */
export const newSchema: Fault = {
  name: 'new-schema',
  row: rows.rolling,
  draw: (random, long) => ({ target: random.pick(producers), forMs: long ? 12_000 : 8000 }),
  holds: (target) => [consumer, target],
  async inject(stage, target) {
    await restarted(stage.service(consumer), { NEXT_CONTRACTS: stage.nextContracts })
    await restarted(stage.service(target), { NEXT_CONTRACTS: stage.nextContracts })
    return () => restarted(stage.service(target), { NEXT_CONTRACTS: '' })
  },
}
