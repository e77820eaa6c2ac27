import type { LogProducer } from '@murmuration/choreography'
import type { OutgoingRecord, PendingEffect, Store, Writes } from '@murmuration/choreography/ports'
import type { BareSaga } from '../bare/steps.ts'
import { messageOf } from './messages.ts'
import type { Row, Step } from './steps.ts'

/** One thing for a service to do; `id` is the event's, or the effect's that is concluded; a command has none. */
export interface Item {
  readonly saga: BareSaga
  readonly step: Step
  readonly id?: string
}

export interface IdealService {
  push(item: Item): void
  idle(): Promise<void>
}

interface Held {
  row: Row | undefined
  readonly version: number
  changed: boolean
}

type Rows = Map<string, Map<string, Held>>

async function load(tx: Awaited<ReturnType<Store['begin']>>, items: readonly Item[]): Promise<Rows> {
  const wanted = new Map<string, { table: Step['reads'][number]; keys: Set<string> }>()
  for (const { saga, step } of items)
    for (const table of step.reads) {
      const found = wanted.get(table.name) ?? { table, keys: new Set() }
      wanted.set(table.name, found)
      found.keys.add(table.keyOf(saga))
    }
  const loaded = await Promise.all(
    [...wanted.values()].map(async ({ table, keys }): Promise<[string, Map<string, Held>]> => {
      const rows = await tx.load(table, [...keys])
      return [
        table.name,
        new Map(
          [...keys].map((key) => [
            key,
            { row: rows.get(key)?.row as Row | undefined, version: rows.get(key)?.version ?? 0, changed: false },
          ]),
        ),
      ]
    }),
  )
  return new Map(loaded)
}

function writesOf(rows: Rows, items: readonly Item[]): Writes['rows'] {
  const keys = new Map(items.flatMap(({ step }) => step.reads.map(({ name, key }): [string, string] => [name, key])))
  return [...rows].flatMap(([table, held]) => {
    const changed = [...held.values()].filter((each) => each.changed && each.row !== undefined)
    const first = changed[0]?.row
    if (first === undefined) return []
    const written = changed.map(({ row, version }) => ({ row: row as Row, version }))
    return [{ table, key: keys.get(table) ?? '', columns: Object.keys(first), rows: written }]
  })
}

/** A loop that does everything of a service that has come meanwhile in one transaction, by the runtime's statements, and sends what came of it. */
export function idealService(store: Store, producer: LogProducer, push: (effect: string, saga: BareSaga) => void): IdealService {
  let waiting: Item[] = []
  let running: Promise<void> | undefined

  async function batch(items: readonly Item[]): Promise<void> {
    const tx = await store.begin()
    const ids = items.flatMap(({ id }) => id ?? [])
    const effects = items.flatMap(({ step, id }) => (step.on.endsWith(' done') && id !== undefined ? [id] : []))
    const events = items.flatMap(({ step, id }) =>
      id !== undefined && !step.on.endsWith(' done') ? [{ id, digest: `${id}${step.on}` }] : [],
    )
    const keys = [...new Set(items.map(({ saga }) => saga.orderId))]
    const [, rows] = await Promise.all([tx.admit({ events, effects, timers: [], parked: [], keys }), load(tx, items)])
    const now = new Date().toISOString()
    const outbox: OutgoingRecord[] = []
    const wanted: PendingEffect[] = []
    const [arm, disarm]: [Writes['arm'][number][], Writes['disarm'][number][]] = [[], []]
    for (const { saga, step, id = '' } of items) {
      const held = step.reads.map((table) => rows.get(table.name)?.get(table.keyOf(saga)))
      for (const [index, row] of step
        .change(
          saga,
          held.map((each) => each?.row),
          now,
        )
        .entries()) {
        const place = held[index]
        if (place !== undefined && row !== undefined) Object.assign(place, { row, changed: true })
      }
      for (const event of step.emits) outbox.push(messageOf(event, saga, id, now))
      const sagaId = saga.orderId
      if (step.arms !== undefined) arm.push({ sagaId, name: step.arms, inMs: 900_000, origin: {} })
      if (step.disarms !== undefined) disarm.push({ sagaId, name: step.disarms })
      if (step.effect !== undefined)
        wanted.push({ id: `${step.effect}:${sagaId}`, name: step.effect, sagaId, causationId: id, request: saga, origin: {}, attempts: 0 })
    }
    const { outboxSeqs } = await tx.commit({ rows: writesOf(rows, items), outbox, arm, disarm, effects: wanted, parked: [] })
    for (const { name, request } of wanted) push(name, request as BareSaga)
    if (ids.length + outbox.length > 0 && outbox.length > 0) await send(outbox, outboxSeqs)
  }

  // The next batch waits for the acknowledgement only: what is marked as sent is nobody's hurry.
  async function send(outbox: readonly OutgoingRecord[], seqs: readonly string[]): Promise<void> {
    await producer.send(outbox[0]?.topic ?? '', outbox)
    marking = marking.then(() => store.relay.published(seqs))
  }
  let marking: Promise<void> = Promise.resolve()

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const items = waiting
      waiting = []
      await batch(items)
    }
  }
  return {
    push(item) {
      waiting.push(item)
      // Everything that comes in this turn goes together.
      running ??= new Promise<void>((resolve) => setImmediate(resolve)).then(run).finally(() => (running = undefined))
    },
    async idle() {
      await running
      await marking
    },
  }
}
