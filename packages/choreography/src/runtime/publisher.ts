import { logger, startSendSpan } from '@murmuration/telemetry'
import { type Awaitable, type EventLog, type LogProducer, type OutboxRow, type Relay, type Surroundings, TooLarge } from '../ports.ts'
import { oneAtATime } from './one-at-a-time.ts'

const log = logger('choreography')

export interface Publisher {
  /**
   * Called before a commit that writes events of these keys. The function that it returns takes what was committed (`behindOthers`: another instance
   * still has to publish earlier events of the same keys), or undefined when nobody knows: the answer was lost, the rows may be there.
   */
  committing(keys: readonly string[]): (committed: { rows: readonly OutboxRow[]; behindOthers: boolean; owner: string } | undefined) => void
  /**
   * Runs a take-over, which calls `taking` before rows of another instance become ours. Until its end nobody here knows which, also when its answer is
   * lost: what is committed meanwhile has to come after them, so the table says what comes next.
   */
  takeOver<Taken>(adopt: (taking: () => void) => Awaitable<Taken>): Promise<Taken>
  /** Fetches from the outbox what memory does not hold: after a start, a take-over, or when too much had piled up; `anyway`: even then when not. */
  sweep(anyway: boolean): Promise<void>
  /** Resolves when all that is in memory has been published, or when the time is up. */
  drain(deadlineMs: number): Promise<void>
  close(): Promise<void>
}

const MAX_SEND = 500
const MAX_SEND_BYTES = 700_000
const MAX_IN_MEMORY = 5_000
const MAX_BACKOFF_MS = 2_000
const FORGET_EVERY_MS = 100
const LINGER_MS = 8

/**
 * Publishes committed events in the order of each key: straight from memory, one awaited send at a time; from the outbox table whenever memory
 * may not know the order. A row leaves the outbox only after the broker's acknowledgement; a crash in between publishes it again.
 */
export function publisher(
  around: Surroundings,
  eventLog: EventLog,
  relay: Relay,
  /** Tells those in this process what was committed; true when nobody waits for the log to bring it. */
  offer: (rows: readonly OutboxRow[], atOnce: boolean) => boolean = () => false,
): Publisher {
  let queue: OutboxRow[] = []
  /** Rows in memory, in flight, or acknowledged and not deleted yet: what a sweep must not fetch again. */
  const known = new Set<string>()
  let acknowledged: string[] = []
  let producer: LogProducer | undefined
  // True: new commits stay in the table until a sweep has caught up with it.
  let fromTable = true
  let skippedSinceSweep = false
  let takingOver = false
  /** How many commits of a key's events are under way. The answers may come in another order than the commits were made. */
  const underWay = new Map<string, number>()
  let sweeping: Promise<void> | undefined
  let closed = false
  /** When it was noted of each key that the broker refuses an event of it: an answer to what was asked before does not know of it. */
  const refused = new Map<string, number>()
  let turns = 0
  /** Events that nobody waits for go with the next ones. */
  let lingering = false
  /** Half of what the broker found too large; grows again with what it takes. */
  let maxBytes = MAX_SEND_BYTES

  const sending = oneAtATime(send, () => queue.length > 0 && !closed)
  const deleting = oneAtATime(forget, () => acknowledged.length > 0 && !closed)
  /** @param asked when that was asked whose answer this is */
  const add = (rows: readonly OutboxRow[], atOnce: boolean, asked: number) => {
    const unseen = rows.filter(({ seq }) => !known.has(seq))
    const fresh = unseen.filter(({ key }) => (refused.get(key) ?? 0) < asked)
    if (fresh.length < unseen.length) lookInTable()
    if (fresh.length === 0) return
    for (const row of fresh) known.add(row.seq)
    queue.push(...fresh)
    if (!offer(fresh, atOnce)) return sending.start()
    if (lingering) return
    lingering = true
    around.after(LINGER_MS, () => {
      lingering = false
      if (queue.length > 0) sending.start()
    })
  }

  async function send(): Promise<void> {
    for (let failures = 0; queue.length > 0 && !closed; ) {
      const rows = nextSend(queue, maxBytes)
      const batchSize = rows.length > 1 ? rows.length : undefined
      const spans = rows.filter(isSampled).map((row) => startSendSpan({ ...rowInfo(row), batchSize }).span)
      try {
        producer ??= eventLog.producer()
        await producer.send((rows[0] as OutboxRow).topic, rows)
        failures = 0
        maxBytes = Math.min(MAX_SEND_BYTES, maxBytes + MAX_SEND_BYTES / 100)
        queue = queue.slice(rows.length)
        acknowledged.push(...rows.map(({ seq }) => seq))
        deleting.start()
        if (fromTable && queue.length < MAX_IN_MEMORY / 2) void sweep(false).catch(() => {})
      } catch (error) {
        // After a failed send this producer may lose acknowledged records (kafkajs): a fresh one sends the same rows again.
        void producer?.close().catch(() => {})
        producer = undefined
        if (error instanceof TooLarge) {
          if (rows.length > 1) maxBytes = sizeOf(rows) / 2
          else await setAside(rows[0] as OutboxRow, error)
          continue
        }
        log.warn({ err: error, rows: queue.length, failures }, 'publishing failed; trying again')
        for (const span of spans) span.setStatus({ code: 2, message: String(error) }).setAttribute('error.type', (error as Error).name)
        await around.sleep(Math.min(MAX_BACKOFF_MS, 100 * 2 ** Math.min(failures++, 5)))
      } finally {
        for (const span of spans) span.end()
      }
    }
  }

  /** What the broker never takes must not hold up all others: it waits in the table, and with it what comes behind it. */
  async function setAside(row: OutboxRow, error: TooLarge): Promise<void> {
    const { key, seq, topic, id } = row
    log.error(
      { err: error, topic, eventId: id, sagaId: key, bytes: sizeOf([row]) },
      'the broker refuses an event: it is set aside, and its key waits',
    )
    refused.set(key, Number.POSITIVE_INFINITY)
    try {
      await relay.refused(seq, error.message)
      refused.set(key, ++turns)
    } catch (unmarked) {
      refused.delete(key)
      log.warn({ err: unmarked }, 'a refused event could not be set aside; trying again')
      return await around.sleep(500)
    }
    for (const waiting of queue) if (waiting.key === key) known.delete(waiting.seq)
    queue = queue.filter((waiting) => waiting.key !== key)
  }

  async function forget(): Promise<void> {
    while (acknowledged.length > 0) {
      // Nobody waits for it: what was acknowledged meanwhile goes with the same statement.
      await around.sleep(FORGET_EVERY_MS)
      const seqs = acknowledged
      acknowledged = []
      try {
        await relay.published(seqs)
        for (const seq of seqs) known.delete(seq)
      } catch (error) {
        log.warn({ err: error }, 'published events could not be marked; trying again')
        acknowledged = [...seqs, ...acknowledged]
        if (closed) return
        await around.sleep(500)
      }
    }
  }

  async function sweepOnce(): Promise<void> {
    while (queue.length < MAX_IN_MEMORY) {
      skippedSinceSweep = false
      const asked = ++turns
      const { rows, blocked } = await relay.unpublished(1_000, [...known])
      add(rows, false, asked)
      // What the table hands out now is no longer refused, and whatever was on its way then has long arrived.
      for (const { key } of rows) if ((refused.get(key) ?? asked) < asked) refused.delete(key)
      const caughtUp = rows.length < 1_000 && !blocked && !skippedSinceSweep && !takingOver
      if (caughtUp) fromTable = false
      if (caughtUp || blocked || takingOver) return
    }
  }

  const lookInTable = () => {
    fromTable = true
    skippedSinceSweep = true
    // A short wait: the sweep finds out when the others are done.
    around.after(20, () => void sweep(false).catch(() => {}))
  }
  const sweep = (anyway: boolean): Promise<void> => {
    if (!fromTable && !anyway) return Promise.resolve()
    sweeping ??= sweepOnce().finally(() => (sweeping = undefined))
    return sweeping
  }

  return {
    committing(keys) {
      const asked = ++turns
      for (const key of keys) underWay.set(key, (underWay.get(key) ?? 0) + 1)
      return (committed) => {
        let overtaking = false
        for (const key of keys) {
          const others = (underWay.get(key) as number) - 1
          if (others === 0) underWay.delete(key)
          else underWay.set(key, others)
          overtaking ||= others > 0
        }
        if (committed === undefined) return lookInTable()
        const { rows, behindOthers, owner } = committed
        if (rows.length === 0) return
        // Under another name than ours is now the rows are a dead instance's, until they are taken over.
        const disowned = owner !== relay.owner()
        if (fromTable || behindOthers || disowned || overtaking || queue.length + rows.length > MAX_IN_MEMORY) lookInTable()
        else add(rows, true, asked)
      }
    },
    async takeOver(adopt) {
      try {
        return await adopt(() => {
          takingOver = true
          fromTable = true
        })
      } finally {
        if (takingOver) {
          takingOver = false
          lookInTable()
        }
      }
    },
    sweep,
    async drain(deadlineMs) {
      const deadline = around.now() + deadlineMs
      while ((queue.length > 0 || acknowledged.length > 0 || deleting.running()) && around.now() < deadline) await around.sleep(10)
    },
    async close() {
      closed = true
      await producer?.close().catch(() => {})
    },
  }
}

const OVERHEAD_BYTES = 600
const sizeOf = (rows: readonly OutboxRow[]): number => rows.reduce((sum, { body }) => sum + body.length + OVERHEAD_BYTES, 0)

/** As many rows of the first one's topic as go well into one request. */
function nextSend(queue: readonly OutboxRow[], maxBytes: number): readonly OutboxRow[] {
  const topic = queue[0]?.topic
  let bytes = 0
  let count = 0
  for (const row of queue) {
    bytes += row.body.length + OVERHEAD_BYTES
    if (row.topic !== topic || count === MAX_SEND || (count > 0 && bytes > maxBytes)) break
    count++
  }
  return queue.slice(0, count)
}

/** The flag at the end of the origin's traceparent: without it there is no span to be made. */
const isSampled = ({ headers }: OutboxRow): boolean => headers['traceparent']?.endsWith('1') === true

const rowInfo = ({ topic, key, id, headers }: OutboxRow) => ({
  topic,
  key,
  messageId: id,
  sagaId: headers['ce_sagaid'],
  eventType: headers['ce_type'],
  origin: headers,
})
