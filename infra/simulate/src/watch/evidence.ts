import { captures, refunds } from '@murmuration/channel/store/tables'
import { type Evidence, publishedEvent } from '@murmuration/checker'
import type { LogMessage } from '@murmuration/choreography'
import type { SagaMap } from '@murmuration/choreography/map'
import { type MemoryDatabase, rowsOf } from '@murmuration/choreography/memory'
import { adjustments, reservations, stocks } from '@murmuration/inventory/store/tables'
import { notifications, preferences } from '@murmuration/notification/store/tables'
import { orders } from '@murmuration/order/store/tables'
import { payments } from '@murmuration/payment/store/tables'
import { assessments } from '@murmuration/risk/store/tables'
import type { Notebook } from '../deeds/notebook.ts'
import type { Provider } from '../outside/provider.ts'

/** Where a run has left its traces. */
export interface Traces {
  readonly map: SagaMap
  /** By service. */
  readonly databases: ReadonlyMap<string, MemoryDatabase>
  /** All topics, in the order of each partition. */
  readonly messages: Iterable<LogMessage>
  readonly provider: Provider
  readonly notebook: Notebook
}

/** What the checker is to judge: the same that is collected from the real stack. */
export function evidenceOf({ map, databases, messages, provider, notebook }: Traces): Evidence {
  const all = <Row extends object>(service: string, table: { readonly name: string; one(key: string): { readonly row?: Row } }): Row[] => {
    const database = databases.get(service)
    return database === undefined ? [] : [...rowsOf(database, table.name).values()].map(({ row }) => row as Row)
  }
  const each = <Item>(list: (database: MemoryDatabase, service: string) => Item[]): Item[] =>
    [...databases].flatMap(([service, database]) => list(database, service))
  const toldOf = all('order', orders)
  const muted = new Map(all('notification', preferences).map(({ userId, muted: templates }) => [userId, templates.length > 0]))
  return {
    map,
    orders: toldOf,
    reservations: all('inventory', reservations),
    stocks: all('inventory', stocks),
    adjustments: all('inventory', adjustments),
    payments: all('payment', payments),
    assessments: all('risk', assessments),
    captures: all('channel', captures),
    refunds: all('channel', refunds),
    notifications: all('notification', notifications),
    statement: provider.entries.flatMap((entry) =>
      entry.status === 'succeeded' ? [{ ...entry, chargeId: entry.type === 'charge' ? entry.id : entry.chargeId }] : [],
    ),
    events: Array.from(messages).flatMap((message) => publishedEvent(message) ?? []),
    injected: notebook.planted,
    untold: new Set(toldOf.flatMap(({ orderId, userId }) => (muted.get(userId) === true ? [orderId] : []))),
    inbox: new Map(each(({ inbox }) => [...inbox].map(([group, seen]) => [group, new Set(seen.keys())] as const))),
    outbox: each(({ outbox }, service) => [...outbox.values()].map(({ id, key }) => ({ service, id, key }))),
    timers: each(({ timers }, service) => [...timers.values()].map(({ sagaId, name }) => ({ service, sagaId, name }))),
    effects: each(({ effects }, service) => [...effects.values()].map(({ id, name, sagaId }) => ({ service, id, name, sagaId }))),
    parked: each(({ parked }, service) =>
      [...parked.values()].map(({ topic, partition, offset, ...row }) => ({
        ...row,
        service,
        place: topic === null ? null : `${topic}/${partition}/${offset}`,
      })),
    ),
  }
}
