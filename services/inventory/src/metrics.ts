import { counter, gauge } from '@murmuration/telemetry'
import type { Levels } from './store/levels.ts'

const count = (name: string, description: string) => counter(name, { description, unit: '{order}' })
const reserved = count('inventory.reserve.count', 'Orders whose stock was decided on')
const confirmed = count('inventory.confirm.count', 'Paid orders whose stock was to be committed')
const released = count('inventory.release.count', 'Orders whose stock was to be given back')

/** What a handled message or timer counts as. */
interface Handled {
  readonly name: string
  readonly outcome: string
  readonly emitted: readonly { readonly type: string }[]
}

const counters = new Map([
  ['OrderPlaced', reserved],
  ['PaymentCaptured', confirmed],
  ['PaymentFailed', released],
  ['OrderCancelled', released],
  ['OrderFailed', released],
  ['ReturnApproved', released],
  ['timer reservation-expires', released],
])

const outcomes: Readonly<Record<string, string>> = {
  StockReserved: 'reserved',
  StockRejected: 'rejected',
  StockCommitted: 'committed',
  StockReleased: 'released',
  StockRestocked: 'restocked',
  StockReturned: 'returned',
  StockReservationExpired: 'expired',
}

/** The runtime's hook. The outcome is what was emitted, else how the message ended (ignored, deferred, parked, duplicate). */
export function countHandled({ name, outcome, emitted }: Handled): void {
  counters.get(name)?.add(1, { outcome: outcomes[emitted[0]?.type ?? ''] ?? outcome })
}

const scrapeMs = 5000

/** Pieces by warehouse, summed at most every 5 s, however often it is scraped. */
export function exposeLevels(levels: Pick<Levels, 'byWarehouse'>): void {
  let last: ReturnType<Levels['byWarehouse']> | undefined
  let until = 0
  const read = async () => {
    if (last === undefined || until < Date.now()) {
      last = levels.byWarehouse()
      until = Date.now() + scrapeMs
    }
    const states = ['available', 'reserved', 'total'] as const
    return (await last).flatMap(({ warehouse, ...pieces }) =>
      states.map((state) => ({ value: pieces[state], labels: { warehouse, state } })),
    )
  }
  gauge('inventory.stock.level', read, { description: 'Pieces in stock', unit: '{piece}' })
}
