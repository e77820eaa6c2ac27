import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, freshDatabase } from '@murmuration/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryDatabase, memoryStore } from '../src/memory/index.ts'
import type { Admissible, ParkedEntry, PendingEffect, Store, Transaction, Writes } from '../src/ports.ts'
import { Conflict } from '../src/ports.ts'
import { postgresStore } from '../src/postgres/store.ts'
import { table } from '../src/table.ts'
import { reservations, SCHEMA, stock } from './sample.ts'

const consumer = 'inventory'
const nothing: Writes = { rows: [], outbox: [], arm: [], disarm: [], effects: [], parked: [] }
const admissible = (what: Partial<Admissible>): Admissible => ({ events: [], timers: [], effects: [], parked: [], keys: [], ...what })
const event = (id: string, digest = 'digest') => ({ id, digest })
const record = (key: string, id: string = randomUUID()) => ({ id, topic: 'inventory.events', key, headers: { ce_id: id }, body: '{}' })
const effect = (id: string): PendingEffect => ({
  id,
  name: 'ask',
  sagaId: 'saga',
  causationId: 'event',
  request: { amount: 5 },
  origin: { traceparent: 'parent' },
  attempts: 0,
})
const parkable = (id: string, about: Partial<ParkedEntry> = {}): ParkedEntry => ({
  id,
  status: 'parked',
  blocks: true,
  kind: 'message',
  key: id,
  topic: 'order.events',
  partition: 3,
  offset: '17',
  eventId: 'event',
  eventType: 'OrderPlaced',
  reason: 'malformed',
  detail: 'not JSON',
  headers: { ce_type: 'OrderPlaced' },
  wire: {
    key: 'a2V5',
    headers: [
      ['Y2VfdHlwZQ==', 'T3JkZXJQbGFjZWQ='],
      ['bm90aGluZw==', null],
    ],
  },
  body: Buffer.from('{'),
  origin: {},
  attempts: 0,
  retryInMs: null,
  ...about,
})
const rowsOfStock = (...rows: { id: string; available: number; version: number }[]): Writes['rows'] => [
  { table: 'stock', key: 'id', columns: ['available', 'id'], rows: rows.map(({ version, ...row }) => ({ row, version })) },
]

async function onPostgres() {
  const databaseUrl = await freshDatabase()
  const client = new pg.Client(databaseUrl)
  await client.connect()
  await client.query(
    `${SCHEMA}; CREATE TABLE catalogue (id text PRIMARY KEY, price integer NOT NULL, version integer NOT NULL);
     CREATE TABLE moments (id text PRIMARY KEY, at timestamptz(3) NOT NULL, until timestamptz(3), note text, more jsonb, version integer NOT NULL)`,
  )
  await client.end()
  return () => postgresStore({ databaseUrl, consumer, connections: 4 })
}
function inMemory() {
  const check = (table: string, row: object) =>
    table === 'stock' && (row as { available: number }).available < -1000 ? 'available >= -1000' : undefined
  const database = memoryDatabase({ now: () => Date.now(), check })
  return Promise.resolve(() => Promise.resolve(memoryStore(database, { consumer })))
}

describe.each([
  ['PostgreSQL', onPostgres],
  ['memory', inMemory],
])('the store on %s', (_name, database) => {
  let connect: () => Promise<Store>
  let store: Store
  let other: Store
  beforeAll(async () => {
    connect = await database()
    store = await connect()
    other = await connect()
  })
  afterAll(() => Promise.all([store?.close(), other?.close()]))

  const within = async <Result>(at: Store, work: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    const tx = await at.begin()
    try {
      return await work(tx)
    } catch (error) {
      await tx.rollback()
      throw error
    }
  }
  const write = (writes: Partial<Writes>, at = store, admit: Partial<Admissible> = {}) =>
    within(at, async (tx) => {
      const admission = await tx.admit(admissible(admit))
      return { admission, ...(await tx.commit({ ...nothing, ...writes })) }
    })
  const admit = async (what: Partial<Admissible>, at = store) => (await write({}, at, what)).admission
  const load = (id: string, at = store) =>
    within(at, async (tx) => {
      const found = (await tx.load(stock, [id])).get(id)
      await tx.rollback()
      return found
    })

  describe('rows', () => {
    it('come back as they were saved, with a version that grows', async () => {
      const id = randomUUID()
      expect(await load(id)).toBeUndefined()
      await write({ rows: rowsOfStock({ id, available: 5, version: -1 }) })
      expect(await load(id)).toEqual({ row: { id, available: 5 }, version: 0 })
      await write({ rows: rowsOfStock({ id, available: 4, version: 0 }) })
      expect(await load(id)).toEqual({ row: { id, available: 4 }, version: 1 })
    })

    it.each(['2026-11-30T22:15:00.000Z', '2026-11-30T22:15:00.120Z', '1999-12-31T23:59:59.999Z'])(
      'have the time %s as it was written',
      async (at) => {
        const row = { id: randomUUID(), at, until: null, note: '2026-11-30T22:15:00+00:00', more: { at: '2026-11-30T22:15:00+00:00' } }
        const moments = table<typeof row>('moments', { key: 'id' })
        await write({
          rows: [{ table: 'moments', key: 'id', columns: ['at', 'id', 'more', 'note', 'until'], rows: [{ row, version: -1 }] }],
        })
        const found = await within(store, async (tx) => {
          const rows = await tx.load(moments, [row.id])
          await tx.rollback()
          return rows
        })
        expect(found.get(row.id)).toEqual({ row, version: 0 })
      },
    )

    it('are a conflict on top of another version than the one read, and nothing of that transaction stays', async () => {
      const id = randomUUID()
      const key = randomUUID()
      await write({ rows: rowsOfStock({ id, available: 5, version: -1 }) })
      for (const version of [-1, 7])
        await expect(
          write({ rows: rowsOfStock({ id, available: 1, version }), outbox: [record(key)] }, store, { events: [event(key)] }),
        ).rejects.toBeInstanceOf(Conflict)
      expect(await load(id)).toEqual({ row: { id, available: 5 }, version: 0 })
      expect((await admit({ events: [event(key)] })).events).toEqual(new Set([key]))
      expect((await store.relay.unpublished(100, [])).rows.filter((row) => row.key === key)).toEqual([])
    })

    it('that are new for two transactions at once are saved by one of them', async () => {
      const id = randomUUID()
      const both = await Promise.all([store.begin(), other.begin()])
      for (const tx of both) expect((await tx.load(stock, [id])).size).toBe(0)
      const results = await Promise.allSettled(
        both.map(async (tx, index) => tx.commit({ ...nothing, rows: rowsOfStock({ id, available: index, version: -1 }) })),
      )
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect((results.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason).toBeInstanceOf(Conflict)
    })

    it('that break a constraint fail their transaction, as what it is', async () => {
      const id = randomUUID()
      const broken = write({ rows: rowsOfStock({ id, available: -5000, version: -1 }) })
      await expect(broken).rejects.not.toBeInstanceOf(Conflict)
      await expect(broken).rejects.toThrow(/check constraint/)
      expect(await load(id)).toBeUndefined()
    })

    it('that are locked make another transaction wait and read what was committed meanwhile', async () => {
      const id = randomUUID()
      await write({ rows: rowsOfStock({ id, available: 5, version: -1 }) })
      const first = await store.begin()
      await first.load(stock, [id])
      const second = await other.begin()
      let waited: unknown
      const reading = Promise.resolve(second.load(stock, [id])).then((rows) => (waited = rows.get(id)))
      await sleep(60)
      expect(waited).toBeUndefined()
      await first.commit({ ...nothing, rows: rowsOfStock({ id, available: 4, version: 0 }) })
      await reading
      expect(waited).toEqual({ row: { id, available: 4 }, version: 1 })
      await second.rollback()
    })

    it('that need no lock are read at once, as they were committed', async () => {
      const catalogue = table<{ id: string; price: number }>('catalogue', { key: 'id', lock: false })
      const id = randomUUID()
      const rows = (price: number, version: number) => [
        { table: 'catalogue', key: 'id', columns: ['id', 'price'], rows: [{ row: { id, price }, version }] },
      ]
      await write({ rows: rows(5, -1) })
      const [first, second] = [await store.begin(), await other.begin()]
      await first.load(catalogue, [id])
      expect((await second.load(catalogue, [id])).get(id)?.version).toBe(0)
      await second.commit({ ...nothing, rows: rows(6, 0) })
      await expect(first.commit({ ...nothing, rows: rows(7, 0) })).rejects.toBeInstanceOf(Conflict)
    })

    it('locked crosswise are a conflict for one, and the other goes on', async () => {
      const [a, b] = [randomUUID(), randomUUID()]
      await write({ rows: rowsOfStock({ id: a, available: 1, version: -1 }, { id: b, available: 1, version: -1 }) })
      const [first, second] = [await store.begin(), await other.begin()]
      await first.load(stock, [a])
      await second.load(stock, [b])
      const attempts = [first.load(stock, [b]), second.load(stock, [a])].map((attempt, index) =>
        Promise.resolve(attempt).finally(() => (index === 0 ? first : second).rollback()),
      )
      const results = await Promise.allSettled(attempts)
      const refused = results.filter((result) => result.status === 'rejected')
      expect(refused).toHaveLength(1)
      expect(refused[0]?.reason).toBeInstanceOf(Conflict)
    })

    it('rolled back were never there', async () => {
      const id = randomUUID()
      const tx = await store.begin()
      await tx.admit(admissible({ events: [event(id)] }))
      await tx.rollback()
      expect((await admit({ events: [event(id)] })).events.has(id)).toBe(true)
    })
  })

  describe('the inbox', () => {
    it('lets an event in once, and knows its digest', async () => {
      const [known, fresh] = [randomUUID(), randomUUID()]
      await admit({ events: [event(known, 'first')] })
      await within(other, async (tx) => {
        const admission = await tx.admit(admissible({ events: [event(known, 'second'), event(fresh)] }))
        expect(admission.events).toEqual(new Set([fresh]))
        expect(await tx.digests([known])).toEqual(new Map([[known, 'first']]))
        await tx.rollback()
      })
    })

    it('makes the second transaction wait for the first, and lets it in when that one rolls back', async () => {
      const [lost, kept] = [randomUUID(), randomUUID()]
      for (const [id, commits] of [
        [lost, false],
        [kept, true],
      ] as const) {
        const first = await store.begin()
        await first.admit(admissible({ events: [event(id)] }))
        let second: ReadonlySet<string> | undefined
        const waiting = admit({ events: [event(id)] }, other).then(({ events }) => (second = events))
        await sleep(60)
        expect(second).toBeUndefined()
        await (commits ? first.commit(nothing) : first.rollback())
        await waiting
        expect(second?.has(id)).toBe(!commits)
      }
    })

    it.each([
      ['NUL', 'a\0'],
      ['more than an index can hold', randomBytes(50_000).toString('hex')],
    ])('lets no id in with %s', async (_what, id) => {
      const transaction = await store.begin()
      await expect(Promise.resolve(transaction.admit(admissible({ events: [event(id)] })))).rejects.toThrow()
      await transaction.rollback()
    })

    it('is forgotten after its time', async () => {
      const id = randomUUID()
      await admit({ events: [event(id)] })
      await sleep(20)
      expect(await store.prune(3_600_000)).toBe(0)
      expect(await store.prune(1)).toBeGreaterThan(0)
      expect((await admit({ events: [event(id)] })).events.has(id)).toBe(true)
    })
  })

  describe('the outbox', () => {
    it('sets a refused row aside: its key waits, others go on', async () => {
      const [key, other] = [randomUUID(), randomUUID()]
      const own = async () => (await store.relay.unpublished(100, [])).rows.filter((row) => row.key === key || row.key === other)
      const { outboxSeqs } = await (await store.begin()).commit({ ...nothing, outbox: [record(key), record(other), record(key)] })
      await store.relay.refused(outboxSeqs[0] as string, 'too large')
      expect((await own()).map(({ seq }) => seq)).toEqual([outboxSeqs[1]])
      expect((await store.relay.unpublished(100, [])).blocked).toBe(false)
      expect((await store.relay.backlog()).refused).toBe(1)
      const later = await (await store.begin()).commit({ ...nothing, outbox: [record(key)] })
      expect(later.behindOthers).toBe(true)
      expect((await own()).map(({ seq }) => seq)).toEqual([outboxSeqs[1]])
      await store.relay.published([outboxSeqs[0] as string])
      expect((await own()).map(({ seq }) => seq)).toEqual([outboxSeqs[1], outboxSeqs[2], later.outboxSeqs[0]])
      await store.relay.published([...outboxSeqs, ...later.outboxSeqs])
    })

    it('gives a row to its own instance only, in order, until it is published', async () => {
      const key = randomUUID()
      const records = [record(key), record(key), record(key)]
      const { outboxSeqs, behindOthers } = await write({ outbox: records })
      expect(behindOthers).toBe(false)
      const mine = async (at: Store, except: string[] = []) =>
        (await at.relay.unpublished(100, except)).rows.filter((row) => row.key === key)
      expect((await mine(store)).map(({ id, seq }) => ({ id, seq }))).toEqual(
        records.map(({ id }, index) => ({ id, seq: outboxSeqs[index] })),
      )
      expect((await mine(store))[0]).toMatchObject({ topic: 'inventory.events', headers: records[0]?.headers, body: '{}' })
      expect(await mine(other)).toEqual([])
      expect((await mine(store, [outboxSeqs[0] as string])).map(({ id }) => id)).toEqual(records.slice(1).map(({ id }) => id))
      await store.relay.published(outboxSeqs)
      expect(await mine(store)).toEqual([])
    })

    it('holds a row back that stands behind another instance’s of its key', async () => {
      const key = randomUUID()
      const first = await write({ outbox: [record(key)] })
      const second = await write({ outbox: [record(key)] }, other)
      expect(second.behindOthers).toBe(true)
      expect(await other.relay.unpublished(100, [])).toEqual({ rows: [], blocked: true })
      await store.relay.published(first.outboxSeqs)
      const free = await other.relay.unpublished(100, [])
      expect({ seqs: free.rows.map(({ seq }) => seq), blocked: free.blocked }).toEqual({ seqs: second.outboxSeqs, blocked: false })
      await other.relay.published(second.outboxSeqs)
    })

    it('is taken over with the effects when its instance has died, and not before', async () => {
      const key = randomUUID()
      const dying = await connect()
      await write({ outbox: [record(key)], effects: [effect(`ask:${key}`)] }, dying)
      expect(await store.relay.adopt(() => {})).toEqual({ outbox: 0, effects: 0 })
      expect(await store.relay.look()).toMatchObject({ others: true })
      await dying.close()
      await eventually(async () => expect(await store.relay.adopt(() => {})).toEqual({ outbox: 1, effects: 1 }))
      const { rows } = await store.relay.unpublished(100, [])
      expect(rows.map((row) => row.key)).toEqual([key])
      expect(await store.relay.look()).toMatchObject({ effects: true })
      expect((await store.relay.dueEffects(10, [])).map(({ id }) => id)).toEqual([`ask:${key}`])
      await store.relay.published(rows.map(({ seq }) => seq))
      await admit({ effects: [`ask:${key}`] })
    })

    it('is counted with its age', async () => {
      const { outboxSeqs } = await write({ outbox: [record(randomUUID())] })
      await sleep(20)
      const { outbox, outboxAgeMs } = await store.relay.backlog()
      expect(outbox).toBe(1)
      expect(outboxAgeMs).toBeGreaterThan(5)
      await store.relay.published(outboxSeqs)
      expect(await store.relay.backlog()).toMatchObject({ outbox: 0, outboxAgeMs: 0 })
    })
  })

  describe('timers', () => {
    const due = async (sagaId: string) => (await store.relay.dueTimers(100)).due.filter((timer) => timer.sagaId === sagaId)

    it('are due at their time by the store’s clock, and let in once', async () => {
      const sagaId = randomUUID()
      const timer = { sagaId, name: 'expires' }
      await write({ arm: [{ ...timer, inMs: 250, origin: { traceparent: 'parent' } }] })
      expect(await due(sagaId)).toEqual([])
      expect((await admit({ timers: [timer] })).timers.size).toBe(0)
      for (const inMs of [(await store.relay.dueTimers(100)).nextInMs, (await store.relay.look()).nextTimerInMs]) {
        expect(inMs).toBeGreaterThan(0)
        expect(inMs).toBeLessThanOrEqual(250)
      }
      await eventually(async () => expect(await due(sagaId)).toMatchObject([{ ...timer, origin: { traceparent: 'parent' } }]))
      expect((await store.relay.look()).nextTimerInMs).toBeLessThanOrEqual(0)
      expect((await admit({ timers: [timer] })).timers).toEqual(new Set([`${sagaId}\nexpires`]))
      expect((await admit({ timers: [timer] }, other)).timers.size).toBe(0)
      expect(await due(sagaId)).toEqual([])
    })

    it('that are armed again start again, and that are disarmed never come', async () => {
      const sagaId = randomUUID()
      await write({ arm: ['again', 'never'].map((name) => ({ sagaId, name, inMs: 0, origin: {} })) })
      await write({ arm: [{ sagaId, name: 'again', inMs: 60_000, origin: {} }], disarm: [{ sagaId, name: 'never' }] })
      await sleep(5)
      expect(await due(sagaId)).toEqual([])
      await write({ disarm: [{ sagaId, name: 'again' }] })
      expect((await store.relay.dueTimers(1)).nextInMs).toBeNull()
      expect((await store.relay.look()).nextTimerInMs).toBeNull()
    })
  })

  describe('effects', () => {
    it('are due until they are let in, later when they are postponed, and for their own instance', async () => {
      const id = randomUUID()
      await write({ effects: [effect(id)] })
      expect(await store.relay.dueEffects(10, [])).toEqual([effect(id)])
      expect(await store.relay.dueEffects(10, [id])).toEqual([])
      expect(await other.relay.dueEffects(10, [])).toEqual([])
      await store.relay.postpone([{ id, attempts: 3, inMs: 150 }])
      expect(await store.relay.dueEffects(10, [])).toEqual([])
      await eventually(async () => expect(await store.relay.dueEffects(10, [])).toEqual([{ ...effect(id), attempts: 3 }]))
      expect((await admit({ effects: [id] })).effects).toEqual(new Set([id]))
      expect((await admit({ effects: [id] })).effects.size).toBe(0)
      expect(await store.relay.dueEffects(10, [])).toEqual([])
    })

    it('are not intended twice', async () => {
      const id = randomUUID()
      await write({ effects: [effect(id)] })
      await expect(write({ effects: [effect(id)] })).rejects.toMatchObject({ code: '23505' })
      await admit({ effects: [id] })
    })
  })

  describe('parked messages', () => {
    it('hold their key back until they are tried again or given up', async () => {
      const [tried, given, harmless] = [randomUUID(), randomUUID(), randomUUID()]
      await write({ parked: [parkable(tried), parkable(given), parkable(harmless, { blocks: false })] })
      const blocked = async () => (await admit({ keys: [tried, given, harmless] })).blockedKeys
      expect(await blocked()).toEqual(
        new Map([
          [tried, 'parked'],
          [given, 'parked'],
        ]),
      )
      expect((await admit({ parked: [tried] })).parked).toEqual(new Set([tried]))
      expect((await admit({ parked: [tried] })).parked.size).toBe(0)
      await store.parking.end([given, tried], 'discarded', 'a test')
      expect(await blocked()).toEqual(new Map())
      expect(await store.parking.list({ ids: [tried, given], status: ['replayed', 'discarded'] })).toMatchObject([
        { id: tried, status: 'replayed', note: null },
        { id: given, status: 'discarded', note: 'a test' },
      ])
    })

    it('come back as they were, in the order of their parking', async () => {
      const key = randomUUID()
      const ids = ['b', 'a'].map((name) => `${key}/${name}`)
      for (const id of ids) await write({ parked: [parkable(id, { key })] })
      const found = await store.parking.list({ key })
      expect(found.map(({ id }) => id)).toEqual(ids)
      expect(found[0]).toMatchObject({ ...parkable(ids[0] as string, { key }), body: Buffer.from('{') })
      expect(Date.now() - Date.parse(found[0]?.parkedAt ?? '')).toBeLessThan(60_000)
      expect(await store.parking.list({ key, limit: 1 })).toHaveLength(1)
      expect(await store.parking.list({ key, status: ['deferred'] })).toEqual([])
    })

    it('park again only by the transaction that tries them; a redelivered one leaves them alone', async () => {
      const id = randomUUID()
      await write({ parked: [parkable(id)] })
      await write({ parked: [parkable(id, { reason: 'redelivered' })] })
      await write({ parked: [parkable(id, { reason: 'again', attempts: 1 })] }, store, { parked: [id] })
      expect(await store.parking.list({ key: id })).toMatchObject([{ status: 'parked', reason: 'again', attempts: 1 }])
      await write({}, store, { parked: [id] })
      await write({ parked: [parkable(id, { reason: 'redelivered' })] })
      expect(await store.parking.list({ key: id })).toEqual([])
    })

    it('deferred ones are found by their key, and by their time', async () => {
      const id = randomUUID()
      await write({ parked: [parkable(id, { status: 'deferred', blocks: false, retryInMs: 150, key: id })] })
      const admission = await admit({ keys: [id] })
      expect(admission.deferred).toEqual([{ id, key: id }])
      expect(admission.blockedKeys.size).toBe(0)
      expect(await store.relay.dueDeferred(10)).toEqual([])
      await eventually(async () => expect(await store.relay.dueDeferred(10)).toEqual([id]))
      expect(await store.relay.look()).toMatchObject({ deferred: true })
      await admit({ parked: [id] })
      expect(await store.relay.dueDeferred(10)).toEqual([])
      expect((await admit({ keys: [id] })).deferred).toEqual([])
    })
  })

  describe('messages that broke and are tried again', () => {
    const again = (id: string, key: string, about: Partial<ParkedEntry> = {}) =>
      parkable(id, { key, status: 'deferred', blocks: true, reason: 'broken', retryInMs: 0, ...about })
    const ids = () => ['first', 'second', 'third'].map((name) => `${randomUUID()}/${name}`) as [string, string, string]

    it('hold back their key as the parked ones do, which say so when there are both', async () => {
      const key = randomUUID()
      const [first, second] = ids()
      const blocked = async () => (await admit({ keys: [key] })).blockedKeys
      await write({ parked: [again(first, key)] })
      expect(await blocked()).toEqual(new Map([[key, 'deferred']]))
      await write({ parked: [parkable(second, { key })] })
      expect(await blocked()).toEqual(new Map([[key, 'parked']]))
    })

    it('know which one is before them, as long as that holds them back', async () => {
      const key = randomUUID()
      const [first, second, third] = ids()
      await write({ parked: [again(first, key), again(second, key, { reason: 'behind' }), again(third, key, { reason: 'behind' })] })
      await within(store, async (tx) => {
        const { behind, parked } = await tx.admit(admissible({ parked: [third, first, second] }))
        expect(parked.size).toBe(3)
        expect(behind).toEqual(
          new Map([
            [second, { id: first, status: 'deferred' }],
            [third, { id: second, status: 'deferred' }],
          ]),
        )
        await tx.rollback()
      })
      await write({ parked: [again(first, key, { status: 'parked', retryInMs: null })] }, store, { parked: [first] })
      await within(store, async (tx) => {
        expect((await tx.admit(admissible({ parked: [second] }))).behind).toEqual(new Map([[second, { id: first, status: 'parked' }]]))
        await tx.rollback()
      })
      await store.parking.end([first], 'discarded', 'a test')
      expect((await admit({ parked: [second] })).behind).toEqual(new Map())
    })

    it('go by time alone; what waits behind them comes when another message takes the saga on', async () => {
      const key = randomUUID()
      const [first, second] = ids()
      await write({ parked: [again(first, key), again(second, key, { reason: 'behind', retryInMs: 60_000 })] })
      expect((await admit({ keys: [key] })).deferred).toEqual([{ id: second, key }])
      expect((await store.relay.dueDeferred(100)).filter((id) => id === first || id === second)).toEqual([first])
    })
  })

  it('runs statements in turn, whether they are waited for or not', async () => {
    const id = randomUUID()
    await write({ rows: rowsOfStock({ id, available: 1, version: -1 }) })
    const first = await store.begin()
    await first.load(stock, [id])
    const second = await other.begin()
    const ended: string[] = []
    const statements = [
      Promise.resolve(second.load(stock, [id])).then(() => ended.push('stock')),
      Promise.resolve(second.load(reservations, ['none'])).then(() => ended.push('reservations')),
    ]
    await sleep(30)
    expect(ended).toEqual([])
    await first.rollback()
    await Promise.all(statements)
    expect(ended).toEqual(['stock', 'reservations'])
    await second.rollback()
  })
})
