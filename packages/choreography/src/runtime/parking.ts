import { Malformed } from '@murmuration/contracts'
import { inSpan } from '@murmuration/telemetry'
import type { ParkedMessage, ParkingStore, Surroundings } from '../ports.ts'
import type { Outcome, Work } from './work.ts'
import { messageOf, type WorkMaker } from './works.ts'

/** A parked message for an operator's eyes; the body as text. */
export interface ParkedView {
  readonly id: string
  readonly status: string
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: string | null
  readonly key: string | null
  readonly eventId: string | null
  readonly eventType: string | null
  readonly reason: string
  readonly detail: string
  readonly attempts: number
  readonly parkedAt: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly note: string | null
}

export interface ReplayRequest {
  readonly ids?: readonly string[] | undefined
  readonly key?: string | undefined
  readonly all?: boolean | undefined
  /** Repaired data for a single message. */
  readonly data?: unknown
  readonly dryRun: boolean
  /** Messages per second at most; default 200. */
  readonly ratePerSecond?: number | undefined
}

export interface ReplayResult {
  readonly dryRun: boolean
  /** In the order of their first parking. */
  readonly results: readonly {
    readonly id: string
    readonly eventType: string | null
    readonly key: string | null
    readonly outcome: string
    readonly reason?: string
  }[]
  readonly aborted: boolean
}

/** The operator's side of parking: look, replay in order, give up. */
export interface Parking {
  list(filter: { key?: string | undefined; topic?: string | undefined; limit?: number | undefined }): Promise<readonly ParkedView[]>
  show(id: string): Promise<ParkedView | undefined>
  /**
   * Handles parked messages again, oldest first. A key whose message fails again stops there; other keys go on. With `key` or `all`, and also with
   * `ids`, what waits behind a replayed message follows it, also what comes while it is replayed.
   */
  replay(request: ReplayRequest, signal?: AbortSignal): Promise<ReplayResult>
  /** Gives messages up; what waited behind them stays parked until it is replayed. Returns how many there were. */
  discard(ids: readonly string[], reason: string): Promise<number>
}

/** Messages that one look holds in memory. */
const AT_ONCE = 10_000
/** Longer than a batch takes. */
const SETTLING_MS = 500

export function parkingOf(
  around: Surroundings,
  store: ParkingStore,
  maker: WorkMaker,
  run: (works: readonly Work[]) => Promise<void>,
): Parking {
  /** Messages of different keys, in one transaction. */
  const replayTogether = async (messages: readonly ParkedMessage[]): Promise<readonly Outcome[]> => {
    const outcomes = messages.map((): Outcome => ({ outcome: 'ignored', reason: 'somebody else ended it meanwhile' }))
    const works = messages.flatMap((parked, index) => {
      const work = maker.again(parked, (settled) => {
        outcomes[index] = settled
      })
      if (work === undefined) outcomes[index] = { outcome: 'ignored', reason: 'the service does not react to it any more' }
      return work ?? []
    })
    if (works.length > 0) await run(works)
    return outcomes
  }

  return {
    async list({ key, topic, limit }) {
      const found = await store.list({ ...(key === undefined ? {} : { key }), ...(limit === undefined ? {} : { limit }) })
      return found.filter((parked) => topic === undefined || parked.topic === topic).map(view)
    },
    async show(id) {
      const [found] = await store.list({ ids: [id], status: ['parked', 'deferred', 'replayed', 'discarded'] })
      return found === undefined ? undefined : view(found)
    },
    async replay(request, signal) {
      const { dryRun, data, ratePerSecond = 200 } = request
      const tried = new Set<string>()
      const stoppedKeys = new Set<string>()
      const touchedKeys = new Set<string>()
      const results: ReplayResult['results'][number][] = []
      const next = async () => {
        const chosen = tried.size === 0 ? await choose(store, request) : await follow(store, request, touchedKeys)
        return chosen.filter(({ id, key }) => !tried.has(id) && (tried.size === 0 || key === null || !stoppedKeys.has(key)))
      }
      for (let settled = false; ; ) {
        const chosen = await next()
        for (const batch of batchesOf(chosen, Math.max(1, Math.floor(ratePerSecond / 10)))) {
          if (signal?.aborted) return { dryRun, results, aborted: true }
          const parked = batch.map((original) =>
            data === undefined || original !== chosen[0] || tried.size > 0 ? original : repaired(original, data),
          )
          for (const { id, key } of batch) {
            tried.add(id)
            if (key !== null) touchedKeys.add(key)
          }
          const [held, free] = partition(parked, ({ key }) => key !== null && stoppedKeys.has(key))
          for (const each of held)
            results.push({ ...resultOf(each), outcome: 'waiting', reason: 'an earlier message of its key failed again' })
          if (dryRun) for (const each of free) results.push({ ...resultOf(each), ...foresee(maker, each) })
          else if (free.length > 0) {
            const outcomes = await inSpan('replay', () => replayTogether(free), { 'messaging.batch.message_count': free.length })
            for (const [index, outcome] of outcomes.entries()) {
              const each = free[index] as ParkedMessage
              if (outcome.outcome === 'parked' && each.key !== null) stoppedKeys.add(each.key)
              results.push({ ...resultOf(each), outcome: outcome.outcome, ...('reason' in outcome ? { reason: outcome.reason } : {}) })
            }
            await around.sleep((free.length * 1000) / ratePerSecond)
          }
        }
        if (dryRun || (chosen.length === 0 && settled)) return { dryRun, results, aborted: false }
        // A batch that was under way when the last one left has still seen its key held back.
        settled = chosen.length === 0
        if (settled) await around.sleep(SETTLING_MS)
      }
    },
    async discard(ids, reason) {
      const found = await store.list({ ids, status: ['parked', 'deferred'] })
      await store.end(
        found.map(({ id }) => id),
        'discarded',
        reason,
      )
      return found.length
    },
  }
}

const resultOf = ({ id, key, eventType }: ParkedMessage) => ({ id, key, eventType })

/** In order, and no two of a key together: a message is handled after the one before it, or not at all. */
function* batchesOf(messages: readonly ParkedMessage[], size: number): Iterable<readonly ParkedMessage[]> {
  let batch: ParkedMessage[] = []
  let keys = new Set<string>()
  for (const message of messages) {
    if (batch.length === size || (message.key !== null && keys.has(message.key))) {
      yield batch
      batch = []
      keys = new Set()
    }
    batch.push(message)
    if (message.key !== null) keys.add(message.key)
  }
  if (batch.length > 0) yield batch
}

function partition<Item>(items: readonly Item[], is: (item: Item) => boolean): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(is), items.filter((item) => !is(item))]
}

/** What live traffic has brought meanwhile: it waits behind those that were tried; and what one look could not hold. */
async function follow(store: ParkingStore, { all, key }: ReplayRequest, touched: ReadonlySet<string>): Promise<readonly ParkedMessage[]> {
  if (all === true || key !== undefined) return await store.list({ ...(key === undefined ? {} : { key }), limit: AT_ONCE })
  const behind = await Promise.all([...touched].map((each) => store.list({ key: each, limit: AT_ONCE })))
  return behind.flat().filter(({ reason }) => reason === 'behind')
}

/** The asked-for messages with all that waits behind them, in the order of their parking. */
async function choose(store: ParkingStore, { ids, key, all }: ReplayRequest): Promise<readonly ParkedMessage[]> {
  if (all === true) return await store.list({ limit: AT_ONCE })
  if (key !== undefined) return await store.list({ key, limit: AT_ONCE })
  const chosen = await store.list({ ids: ids ?? [], limit: AT_ONCE })
  const byId = new Map(chosen.map((parked) => [parked.id, parked]))
  for (const each of new Set(chosen.flatMap(({ key: waiting }) => (waiting === null ? [] : [waiting]))))
    for (const parked of await store.list({ key: each, limit: AT_ONCE })) if (parked.reason === 'behind') byId.set(parked.id, parked)
  return [...byId.values()].sort((a, b) => (BigInt(a.seq) < BigInt(b.seq) ? -1 : 1))
}

/** What can be said without deciding: whether it would be understood at all. */
function foresee(maker: WorkMaker, parked: ParkedMessage): { outcome: string; reason?: string } {
  if (parked.kind !== 'message') return { outcome: 'would be handled' }
  const work = maker.message(messageOf(parked), undefined, parked)
  if (work === undefined) return { outcome: 'would be ignored', reason: 'the service does not react to it any more' }
  return work.refusal === undefined ? { outcome: 'would be handled' } : { outcome: 'would stay parked', reason: work.refusal.detail }
}

function repaired(parked: ParkedMessage, data: unknown): ParkedMessage {
  if (parked.kind !== 'message') throw new Malformed('only a parked message takes repaired data')
  return { ...parked, body: Buffer.from(JSON.stringify(data)) }
}

const view = (parked: ParkedMessage): ParkedView => {
  const { id, status, topic, partition, offset, key, eventId, eventType, reason, detail, attempts, parkedAt, headers, body, note } = parked
  return {
    id,
    status,
    topic,
    partition,
    offset,
    key,
    eventId,
    eventType,
    reason,
    detail,
    attempts,
    parkedAt,
    headers,
    body: body?.toString('utf8') ?? null,
    note,
  }
}
