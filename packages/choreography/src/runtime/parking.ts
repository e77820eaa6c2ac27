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
   * `ids`, what waits behind a replayed message follows it.
   */
  replay(request: ReplayRequest, signal?: AbortSignal): Promise<ReplayResult>
  /** Gives messages up; what waited behind them stays parked until it is replayed. Returns how many there were. */
  discard(ids: readonly string[], reason: string): Promise<number>
}

export function parkingOf(
  around: Surroundings,
  store: ParkingStore,
  maker: WorkMaker,
  run: (works: readonly Work[]) => Promise<void>,
): Parking {
  const replayOne = async (parked: ParkedMessage): Promise<Outcome> => {
    let outcome: Outcome | undefined
    const work = maker.again(parked, (settled) => {
      outcome = settled
    })
    if (work === undefined) return { outcome: 'ignored', reason: 'the service does not react to it any more' }
    await run([work])
    return outcome ?? { outcome: 'ignored', reason: 'somebody else ended it meanwhile' }
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
      const chosen = await choose(store, request)
      const stoppedKeys = new Set<string>()
      const results: ReplayResult['results'][number][] = []
      for (const original of chosen) {
        if (signal?.aborted) return { dryRun, results, aborted: true }
        const parked = data === undefined || original.id !== chosen[0]?.id ? original : repaired(original, data)
        const { id, key, eventType } = parked
        if (key !== null && stoppedKeys.has(key))
          results.push({ id, key, eventType, outcome: 'waiting', reason: 'an earlier message of its key failed again' })
        else if (dryRun) results.push({ id, key, eventType, ...foresee(maker, parked) })
        else {
          const outcome = await inSpan('replay', () => replayOne(parked), { 'messaging.message.id': parked.eventId ?? undefined })
          if (outcome.outcome === 'parked' && key !== null) stoppedKeys.add(key)
          results.push({ id, key, eventType, outcome: outcome.outcome, ...('reason' in outcome ? { reason: outcome.reason } : {}) })
          await around.sleep(1000 / ratePerSecond)
        }
      }
      return { dryRun, results, aborted: false }
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

/** The asked-for messages with all that waits behind them, in the order of their parking. */
async function choose(store: ParkingStore, { ids, key, all }: ReplayRequest): Promise<readonly ParkedMessage[]> {
  if (all === true) return await store.list({ limit: 10_000 })
  if (key !== undefined) return await store.list({ key, limit: 10_000 })
  const chosen = await store.list({ ids: ids ?? [], limit: 10_000 })
  const byId = new Map(chosen.map((parked) => [parked.id, parked]))
  for (const each of new Set(chosen.flatMap(({ key: waiting }) => (waiting === null ? [] : [waiting]))))
    for (const parked of await store.list({ key: each, limit: 10_000 })) if (parked.reason === 'behind') byId.set(parked.id, parked)
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
