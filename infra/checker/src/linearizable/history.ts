import type { StockRow } from '../rows.ts'
import type { Place, StockOperation } from './operation.ts'

/** An event with its body and the time at which it was written. */
export interface TimedEvent {
  readonly id: string
  readonly type: string
  readonly sagaId: string
  readonly causationId: string | undefined
  readonly timestamp: number
  /** Only of inventory's events; the others matter by their time. */
  readonly data: unknown
}

interface Line {
  readonly sku: string
  readonly warehouse: string
  readonly quantity: number
}

const kinds = {
  StockReserved: 'reserve',
  StockReleased: 'release',
  StockReservationExpired: 'release',
  StockCommitted: 'commit',
  StockRestocked: 'giveBack',
  StockReturned: 'giveBack',
} as const
const silent = { available: -1, reserved: -1 }
const noRejection = { wanted: 0, seen: 0 }

/**
 * The stock's history as the log tells it: each of inventory's events was decided after what caused it was written and before it was itself
 * written. Where the clocks contradict that, or nothing caused it (a person, a timer), it may have been any time before.
 *
 * @param events in any order, copies included
 * @param stocks read when all was quiet
 */
export function stockHistory(events: readonly TimedEvent[], stocks: readonly StockRow[]): readonly StockOperation[] {
  const first = new Map<string, TimedEvent>()
  for (const event of events) if ((first.get(event.id)?.timestamp ?? Number.POSITIVE_INFINITY) > event.timestamp) first.set(event.id, event)
  const times = [...first.values()].map(({ timestamp }) => timestamp)
  const begin = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY)
  const end = times.reduce((most, time) => Math.max(most, time), 0)
  const operations = [...first.values()].flatMap((event) => operationsOf(event, spanOf(event, first, begin, end)))
  return [...operations, ...readings(stocks, end + 1)]
}

type Span = Pick<StockOperation, 'call' | 'return'>

function spanOf({ causationId, timestamp }: TimedEvent, events: ReadonlyMap<string, TimedEvent>, begin: number, end: number): Span {
  const call = (causationId === undefined ? undefined : events.get(causationId)?.timestamp) ?? begin
  return call <= timestamp ? { call, return: timestamp } : { call: begin, return: end }
}

function operationsOf({ type, sagaId: saga, data }: TimedEvent, span: Span): StockOperation[] {
  if (Object.hasOwn(kinds, type)) {
    const { lines } = data as { lines: readonly Line[] }
    const kind = kinds[type as keyof typeof kinds]
    return [...Map.groupBy(lines, ({ sku }) => sku)].map(([sku, some]) => ({
      ...{ sku, saga, kind, ...span, ...noRejection },
      places: some.map(({ warehouse, quantity }) => ({ warehouse, quantity, ...silent })),
    }))
  }
  if (type === 'StockRejected') {
    const { shortages } = data as { shortages: readonly { sku: string; requested: number; available: number }[] }
    // What else was ordered is not told: nothing happened to it.
    return shortages.map(({ sku, requested, available }) => ({
      ...{ sku, saga, kind: 'reject', places: [], ...span },
      ...{ wanted: requested, seen: available },
    }))
  }
  if (type === 'StockLevelChanged') {
    const { sku, cause, ...level } = data as StockRow & { cause: 'restock' | 'deduct' }
    return [{ sku, saga, kind: cause, places: [placeOf(level)], ...span, ...noRejection }]
  }
  return []
}

const placeOf = ({ warehouse, available, reserved }: Omit<Place, 'quantity'>): Place => ({ warehouse, quantity: 0, available, reserved })

const readings = (stocks: readonly StockRow[], at: number): StockOperation[] =>
  [...Map.groupBy(stocks, ({ sku }) => sku)].map(([sku, rows]) => ({
    ...{ sku, saga: 'at the end', kind: 'read', call: at, return: at, ...noRejection },
    places: rows.map(placeOf),
  }))
