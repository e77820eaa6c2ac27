import { type Emission, type Facts, Malformed, RuleViolation, Transient } from '@murmuration/contracts'
import { originOf, recordError, type Started } from '@murmuration/telemetry'
import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { seal } from '../envelope.ts'
import {
  type Admission,
  type Awaitable,
  Conflict,
  type OutgoingRecord,
  type ParkedEntry,
  type PendingEffect,
  type Store,
  type Surroundings,
  type Transaction,
  type Writes,
} from '../ports.ts'
import type { ErasedDecision, LoadedRows } from '../reaction.ts'
import type { Reads, TableInfo } from '../table.ts'
import { type Overlay, overlay } from './overlay.ts'
import type { Publisher } from './publisher.ts'
import type { Tracing } from './tracing.ts'
import type { Outcome, Work } from './work.ts'

/** What a batch needs of the service around it. */
export interface BatchScope {
  readonly around: Surroundings
  readonly store: Store
  readonly tracing: Tracing
  readonly tables: readonly TableInfo[]
  /** Whether rows are frozen before decisions see them. */
  readonly frozen: boolean
  /** Events of these keys are about to be committed; the answer goes to the function that comes back. */
  committing: Publisher['committing']
  /** What was committed goes on from here: to the providers, to the timers (Infinity: none armed) and the deferred messages' next attempt. */
  committed(what: { effects: readonly PendingEffect[]; deferred: readonly string[]; soonestTimerMs: number }): void
  handled(work: Work, outcome: Outcome, startTime: number): void
}

/** A deferred message is tried again after each message of its saga, and by time: after 1, 2, 4, 8 and 16 seconds. Then it is parked, as `never_came`. */
const FIRST_RETRY_MS = 1_000
const MAX_DEFERRED_ATTEMPTS = 5

interface Decided {
  readonly work: Work
  readonly span: Span
  readonly outcome: Outcome
  readonly parked?: ParkedEntry
}

/**
 * Decides a batch in one transaction: lets it in (inbox), loads and locks all rows, runs every decision in order in memory, saves everything,
 * commits, and only then settles. Answers that are there are not waited for. Throws, with nothing done, when the transaction fails; a decision that fails harms only its own work.
 * @param refuse decides nothing and parks (or fails) all works for this reason: for a single one that breaks its transaction.
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
      time: admission.now.toISOString(),
      rows,
      reads,
      startTime,
      size: works.length,
      writes: emptyWrites(),
      timers: new Map(),
      blocked: new Set(admission.blockedKeys),
      seen: new Map(),
    }
    const second = loadSecondStep(reads, rows)
    if (second !== undefined) await second
    for (const work of works) {
      const deciding = decideOne(state, work, duplicates, refuse)
      const result = deciding instanceof Promise ? await deciding : deciding
      if (result !== undefined) decided.push(result)
    }
    for (const { parked } of decided) if (parked !== undefined) state.writes.parked.push(parked)
    await commit(state, tx, rows.writes())
    for (const { work, span, outcome } of decided) finish(scope, work, span, outcome, startTime)
    pass(state)
  } catch (error) {
    await tx.rollback()
    // The spans stay open: the same works are decided again, and each message has one span however many attempts it takes.
    for (const { span } of decided) span.addEvent('database.transaction.rollback')
    throw error
  }
}

interface BatchState {
  readonly scope: BatchScope
  readonly admission: Admission
  readonly facts: Facts
  /** The admission's, ISO 8601. */
  readonly time: string
  readonly rows: Overlay
  /** What each work reads first. */
  readonly reads: ReadonlyMap<Work, Reads>
  readonly startTime: number
  readonly size: number
  readonly writes: {
    outbox: OutgoingRecord[]
    effects: PendingEffect[]
    parked: ParkedEntry[]
  }
  /** What became of each timer: a later decision of the batch may disarm what an earlier one has armed, and the last word counts. */
  readonly timers: Map<string, Writes['arm'][number] | { readonly sagaId: string; readonly name: string; readonly inMs: null }>
  /** Keys that later messages of this batch have to wait behind, too. */
  readonly blocked: Set<string>
  readonly seen: Map<string, string>
}

const emptyWrites = (): BatchState['writes'] => ({ outbox: [], effects: [], parked: [] })

function admissible(works: readonly Work[]) {
  const events = new Map<string, { readonly id: string; readonly digest: string }>()
  const keys = new Set<string>()
  const what = { timers: [] as { sagaId: string; name: string }[], effects: [] as string[], parked: [] as string[] }
  for (const { ticket, sagaId, behind } of works) {
    if (behind !== null) keys.add(behind)
    if (ticket.by === 'event') {
      if (!events.has(ticket.id)) events.set(ticket.id, ticket)
    } else if (ticket.by === 'timer') what.timers.push({ sagaId, name: ticket.name })
    else if (ticket.by === 'effect') what.effects.push(ticket.id)
    else if (ticket.by === 'parked') what.parked.push(ticket.id)
  }
  return { ...what, events: [...events.values()], keys: [...keys] }
}

const noDigests: ReadonlyMap<string, string> = new Map()

/** Digests under which events were seen before; asked for only when there are any. */
function duplicateDigests(works: readonly Work[], admission: Admission, tx: Transaction): Awaitable<ReadonlyMap<string, string>> {
  const ids: string[] = []
  for (const { ticket } of works) if (ticket.by === 'event' && !admission.events.has(ticket.id)) ids.push(ticket.id)
  return ids.length === 0 ? noDigests : tx.digests(ids)
}

function loadSecondStep(reads: ReadonlyMap<Work, Reads>, rows: Overlay): Promise<void> | undefined {
  const second: Reads[] = []
  for (const [{ rules, input }, first] of reads) if (rules.readsThen !== undefined) second.push(rules.readsThen(input, rows.view(first)))
  return second.length === 0 ? undefined : rows.load(second)
}

/**
 * Undefined when someone else has it: a timer that was disarmed, an effect that was concluded, a parked message that was ended. A promise only when
 * rows are missing.
 */
function decideOne(
  state: BatchState,
  work: Work,
  duplicates: ReadonlyMap<string, string>,
  refuse: Error | undefined,
): Decided | undefined | Promise<Decided> {
  const { ticket } = work
  const token = tokenOf(work)
  if (!admitted(state, work, token)) {
    const seenAs = ticket.by === 'event' ? (state.seen.get(token) ?? duplicates.get(ticket.id)) : undefined
    if (ticket.by !== 'event' || seenAs === undefined || seenAs === ticket.digest) {
      work.settle({ outcome: 'duplicate' })
      state.scope.handled(work, { outcome: 'duplicate' }, state.startTime)
      return undefined
    }
    return park(state, work, 'id_reused', `the event id ${ticket.id} was seen before with another body`, { blocks: false })
  }
  state.seen.set(token, ticket.by === 'event' ? ticket.digest : '')
  if (work.refusal !== undefined) return park(state, work, work.refusal.reason, work.refusal.detail)
  if (refuse !== undefined) return failed(state, work, refuse)
  if (work.behind !== null && ticket.by !== 'parked' && state.blocked.has(work.behind))
    return park(state, work, 'behind', `an earlier message of ${work.behind} is parked`)

  const started = work.trace(state.startTime, state.size, false)
  try {
    const reads = readsOf(state, work)
    // The first step's are all there; what the second one's are may depend on the decisions before.
    const loading = work.rules.readsThen === undefined ? undefined : state.rows.load([reads])
    if (loading === undefined) return decideWith(state, work, started, reads)
    return loading.then(() => decideWith(state, work, started, reads)).catch((error: unknown) => broken(state, work, started.span, error))
  } catch (error) {
    return broken(state, work, started.span, error)
  }
}

/** What a batch may take in once only: a deferred message may be tried again for two reasons at a time. */
function tokenOf({ ticket, sagaId }: Work): string {
  if (ticket.by === 'itself') return ''
  return ticket.by === 'timer' ? `timer ${sagaId}\n${ticket.name}` : `${ticket.by} ${ticket.id}`
}

function admitted({ admission, seen }: BatchState, { ticket, sagaId }: Work, token: string): boolean {
  if (ticket.by !== 'itself' && seen.has(token)) return false
  switch (ticket.by) {
    case 'event':
      return admission.events.has(ticket.id)
    case 'timer':
      return admission.timers.has(`${sagaId}\n${ticket.name}`)
    case 'effect':
      return admission.effects.has(ticket.id)
    case 'parked':
      return admission.parked.has(ticket.id)
    case 'itself':
      return true
  }
}

/** Both steps, the second one from the rows as the decisions before have left them. */
function readsOf({ rows, reads }: BatchState, work: Work): Reads {
  const { rules, input } = work
  const first = reads.get(work) as Reads
  return rules.readsThen === undefined ? first : { ...first, ...rules.readsThen(input, rows.view(first)) }
}

function decideWith(state: BatchState, work: Work, { span, context }: Started, reads: Reads): Decided {
  const decision = decideIn(state, work, context, state.rows.view(reads))
  if ('ignored' in decision) return { work, span, outcome: { outcome: 'ignored', reason: decision.ignored } }
  if ('notYet' in decision) return defer(state, work, span, decision.notYet)
  return { work, span, outcome: apply(state, work, context, reads, decision) }
}

/** Conflicts and outages surface from the on-demand read; they concern the whole batch. */
function broken(state: BatchState, work: Work, span: Span, error: unknown): Decided {
  if (!(error instanceof Error) || error instanceof Conflict || error instanceof Transient) throw error
  return failed(state, work, error, span)
}

function decideIn(state: BatchState, work: Work, context: Context, view: LoadedRows): ErasedDecision {
  const decide = () => work.rules.decide(work.input, view, state.facts)
  const { span } = work.rules
  const { tracing } = state.scope
  return tracing.within(context, span === undefined ? decide : () => tracing.inSpan(span, decide))
}

function apply(
  state: BatchState,
  work: Work,
  context: Context,
  reads: Reads,
  decision: Exclude<ErasedDecision, { ignored: string } | { notYet: string }>,
): Outcome {
  const { time } = state
  const { sagaId, causationId } = work
  const { events = [], arm = [], disarm = [], request } = decision
  const wanted = work.effect !== undefined && request !== undefined
  const origin = events.length > 0 || arm.length > 0 || wanted ? state.scope.tracing.originOf(context) : {}
  // What no event caused says what did, so that the log alone shows every edge of the map.
  const trigger = work.ticket.by === 'itself' ? `command ${work.name}` : work.name
  const sealed = events.map((emission: Emission) =>
    seal(emission, { id: state.scope.around.newId(), sagaId, causationId, trigger, time, origin }),
  )
  if (decision.rows !== undefined) state.rows.apply(reads, decision.rows)
  state.writes.outbox.push(...sealed)
  for (const name of disarm) state.timers.set(`${sagaId}\n${name}`, { sagaId, name, inMs: null })
  for (const { timer, inMs } of arm) state.timers.set(`${sagaId}\n${timer}`, { sagaId, name: timer, inMs, origin })
  if (wanted)
    state.writes.effects.push({
      id: `${work.effect}:${causationId ?? sagaId}`,
      name: work.effect,
      sagaId,
      causationId: causationId ?? '',
      request,
      origin,
      attempts: 0,
    })
  const emitted = events.map(({ event, data }) => ({ type: event.type, data }))
  return { outcome: 'handled', emitted, ...('reply' in decision ? { reply: decision.reply } : {}) }
}

function defer(state: BatchState, work: Work, span: Span, reason: string): Decided {
  const parkable = work.parkable?.()
  if (parkable === undefined) return failed(state, work, new RuleViolation('not_yet', reason), span)
  // It holds back nobody, least of all what it waits for: when that comes after all, it is tried again.
  if (parkable.attempts >= MAX_DEFERRED_ATTEMPTS)
    return park(state, work, 'never_came', `${reason} (after ${parkable.attempts} attempts)`, { blocks: false, started: span })
  const parked: ParkedEntry = {
    ...parkable,
    origin: { ...parkable.origin, ...attemptOf(span) },
    attempts: parkable.attempts + 1,
    status: 'deferred',
    blocks: false,
    reason: 'not_yet',
    detail: reason,
    retryInMs: FIRST_RETRY_MS * 2 ** parkable.attempts,
  }
  return { work, span, outcome: { outcome: 'deferred', reason }, parked }
}

/** A decision that said no, or broke: the caller of a command is told, everything else is parked. */
function failed(state: BatchState, work: Work, error: Error, started?: Span): Decided {
  if (work.parkable === undefined) {
    const span = started ?? work.trace(state.startTime, state.size, false).span
    recordError(span, error)
    return { work, span, outcome: { outcome: 'failed', error } }
  }
  const reason = error instanceof RuleViolation ? error.code : error instanceof Malformed ? 'malformed' : 'broken'
  return park(state, work, reason, error.message, { started })
}

/** @param options.started its span, when there is one already; an unsampled one gives way to a forced one, as errors are always seen. */
function park(
  state: BatchState,
  work: Work,
  reason: string,
  detail: string,
  { blocks = true, started }: { blocks?: boolean; started?: Span | undefined } = {},
): Decided {
  const span = started?.isRecording() ? started : work.trace(state.startTime, state.size, true).span
  span.setStatus({ code: SpanStatusCode.ERROR, message: `parked: ${reason}` })
  const parkable = work.parkable?.()
  if (parkable === undefined) return { work, span, outcome: { outcome: 'failed', error: new RuleViolation(reason, detail) } }
  if (blocks && parkable.key !== null) state.blocked.add(parkable.key)
  const origin = { ...parkable.origin, ...attemptOf(span) }
  const parked: ParkedEntry = { ...parkable, origin, status: 'parked', blocks, reason, detail, retryInMs: null }
  return { work, span, outcome: { outcome: 'parked', reason, detail }, parked }
}

/** What the next attempt's span is linked to; nothing when nobody will see this one. */
function attemptOf(span: Span): { attempt?: string } {
  const { traceparent } = span.isRecording() ? originOf(trace.setSpan(ROOT_CONTEXT, span)) : {}
  return traceparent === undefined ? {} : { attempt: traceparent }
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
async function commit({ scope, writes, timers }: BatchState, tx: Transaction, rows: Writes['rows']): Promise<void> {
  const answered = scope.committing([...new Set(writes.outbox.map(({ key }) => key))])
  try {
    const { outbox, effects, parked } = writes
    const committing = tx.commit({ rows, outbox, effects, parked, ...armedAndDisarmed(timers) })
    const { outboxSeqs, behindOthers } = committing instanceof Promise ? await committing : committing
    answered({ rows: writes.outbox.map((record, index) => ({ ...record, seq: outboxSeqs[index] as string })), behindOthers })
  } catch (error) {
    answered(error instanceof Transient ? undefined : { rows: [], behindOthers: false })
    throw error
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

function pass({ scope, writes, timers, admission }: BatchState): void {
  let soonestTimerMs = Number.POSITIVE_INFINITY
  for (const { inMs } of timers.values()) soonestTimerMs = Math.min(soonestTimerMs, inMs ?? soonestTimerMs)
  // What this batch itself has just tried again waits for its time, or for another message.
  const deferred = admission.deferred.filter((id) => !admission.parked.has(id))
  scope.committed({ effects: writes.effects, deferred, soonestTimerMs })
}
