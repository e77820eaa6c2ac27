import { Transient } from '@murmuration/contracts'
import type { Span } from '@opentelemetry/api'
import type { Admission, Awaitable, Committed, Transaction, Writes } from '../../ports.ts'
import type { Reads } from '../../table.ts'
import { type Overlay, overlay } from '../overlay.ts'
import type { Outcome, Work } from '../work.ts'
import { admissible, duplicateDigests } from './admit.ts'
import { decideOne } from './decide.ts'
import type { BatchScope, BatchState, Decided } from './state.ts'

/**
 * Decides a batch in one transaction: lets it in (inbox), loads and locks all rows, runs every decision in order in memory, saves everything,
 * commits, and only then settles. Answers that are there are not waited for. Throws, with nothing done, when the transaction fails; a decision that
 * fails harms only its own work.
 * @param refuse decides nothing and sets all works aside (or fails them) for this reason: for a single one that breaks its transaction.
 */
export async function runBatch(scope: BatchScope, works: readonly Work[], refuse?: Error): Promise<void> {
  const startTime = scope.around.now()
  const begun = scope.store.begin()
  const tx = begun instanceof Promise ? await begun : begun
  const decided: Decided[] = []
  try {
    const rows = overlay(scope.tables, tx, scope.frozen)
    const reads = new Map<Work, Reads>()
    if (refuse === undefined) for (const work of works) if (work.refusal === undefined) reads.set(work, work.rules.reads(work.input))
    const admitting = tx.admit(admissible(works))
    const loading = rows.load(reads.values())
    const admission = admitting instanceof Promise || loading instanceof Promise ? (await Promise.all([admitting, loading]))[0] : admitting
    const asked = duplicateDigests(works, admission, tx)
    const duplicates = asked instanceof Promise ? await asked : asked
    const state: BatchState = {
      scope,
      admission,
      facts: { now: admission.now, newId: scope.around.newId },
      time: isoOnce(admission.now),
      rows,
      reads,
      startTime,
      size: works.length,
      writes: { outbox: [], effects: [], parked: [] },
      timers: new Map(),
      blocked: new Map(admission.blockedKeys),
      tried: new Map(),
      seen: new Map(),
      taken: new Set(),
    }
    const second = loadSecondStep(reads, rows)
    if (second !== undefined) await second
    for (const work of works) {
      const deciding = decideOne(state, work, duplicates, refuse)
      const result = deciding instanceof Promise ? await deciding : deciding
      if (result === undefined) continue
      decided.push(result)
      if (work.ticket.by === 'parked') state.tried.set(work.ticket.id, result.parked?.blocks ? result.parked.status : 'gone')
    }
    for (const { parked } of decided) if (parked !== undefined) state.writes.parked.push(parked)
    const committing = commit(state, tx, rows.writes())
    if (committing instanceof Promise) await committing
    for (const { work, span, outcome } of decided) finish(scope, work, span, outcome, startTime)
    pass(state, decided)
  } catch (error) {
    await tx.rollback()
    // The spans stay open: the same works are decided again, and each message has one span however many attempts it takes.
    for (const { span } of decided) span.addEvent('database.transaction.rollback')
    throw error
  }
}

/** Many batches emit nothing, and need none. */
function isoOnce(date: Date): () => string {
  let iso: string | undefined
  return () => (iso ??= date.toISOString())
}

function loadSecondStep(reads: ReadonlyMap<Work, Reads>, rows: Overlay): Promise<void> | undefined {
  const second: Reads[] = []
  for (const [{ rules, input }, first] of reads) if (rules.readsThen !== undefined) second.push(rules.readsThen(input, rows.view(first)))
  return second.length === 0 ? undefined : rows.load(second)
}

function finish(scope: BatchScope, work: Work, span: Span, outcome: Outcome, startTime: number): void {
  span.setAttribute('murmuration.outcome', outcome.outcome)
  if ('reason' in outcome) span.setAttribute('murmuration.reason', outcome.reason)
  if (outcome.outcome === 'parked') span.setAttribute('error.type', outcome.reason)
  span.end()
  scope.handled(work, outcome, startTime)
  work.settle(outcome)
}

/** Commits, and hands the events over to the publisher: also when the answer was lost, for then they may be in the outbox all the same. */
function commit({ scope, writes, timers }: BatchState, tx: Transaction, rows: Writes['rows']): Awaitable<void> {
  const { outbox, effects, parked } = writes
  const answered = scope.committing([...new Set(outbox.map(({ key }) => key))])
  const committed = ({ outboxSeqs, behindOthers, owner }: Committed) =>
    answered({ rows: outbox.map((record, index) => ({ ...record, seq: outboxSeqs[index] as string })), behindOthers, owner })
  const failed = (error: unknown): never => {
    answered(error instanceof Transient ? undefined : { rows: [], behindOthers: false, owner: '' })
    throw error
  }
  try {
    const committing = tx.commit({ rows, outbox, effects, parked, ...armedAndDisarmed(timers) })
    return committing instanceof Promise ? committing.then(committed, failed) : committed(committing)
  } catch (error) {
    return failed(error)
  }
}

function armedAndDisarmed(timers: BatchState['timers']): Pick<Writes, 'arm' | 'disarm'> {
  const arm: Writes['arm'][number][] = []
  const disarm: Writes['disarm'][number][] = []
  for (const timer of timers.values())
    if (timer.inMs === null) disarm.push({ sagaId: timer.sagaId, name: timer.name })
    else arm.push(timer)
  return { arm, disarm }
}

function pass({ scope, writes, timers, admission }: BatchState, decided: readonly Decided[]): void {
  let soonestTimerMs = Number.POSITIVE_INFINITY
  for (const { inMs } of timers.values()) soonestTimerMs = Math.min(soonestTimerMs, inMs ?? soonestTimerMs)
  scope.committed({ effects: writes.effects, deferred: nowPossible(admission, decided), soonestTimerMs })
}

/**
 * What may succeed after this batch: its saga has gone on. Where it has not, two that wait for the same message would make each other be tried again
 * for ever. What the batch itself has just tried again waits for its time, or for another message.
 */
function nowPossible({ deferred, parked }: Admission, decided: readonly Decided[]): readonly string[] {
  if (deferred.length === 0) return []
  // What was tried again, and held back others, holds them back no more.
  const goesOn = ({ work: { ticket }, outcome, parked: kept }: Decided) =>
    outcome.outcome === 'handled' || (ticket.by === 'parked' && kept === undefined)
  const wentOn = new Set(decided.flatMap((each) => (goesOn(each) ? [each.work.behind] : [])))
  return deferred.flatMap(({ id, key }) => (wentOn.has(key) && !parked.has(id) ? [id] : []))
}
