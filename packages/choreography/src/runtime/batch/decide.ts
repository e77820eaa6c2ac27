import { type Emission, Transient } from '@murmuration/contracts'
import type { Started } from '@murmuration/telemetry'
import type { Context, Span } from '@opentelemetry/api'
import { seal } from '../../envelope.ts'
import { Conflict, type HoldingBack } from '../../ports.ts'
import type { ErasedDecision, LoadedRows } from '../../reaction.ts'
import type { Reads } from '../../table.ts'
import type { Outcome, Work } from '../work.ts'
import { admit } from './admit.ts'
import { defer, failed, park, wait } from './set-aside.ts'
import type { BatchState, Decided } from './state.ts'

/**
 * Undefined when someone else has it: a timer that was disarmed, an effect that was concluded, a parked message that was ended. A promise only when
 * rows are missing.
 */
export function decideOne(
  state: BatchState,
  work: Work,
  duplicates: ReadonlyMap<string, string>,
  refuse: Error | undefined,
): Decided | undefined | Promise<Decided> {
  const { ticket } = work
  if (!admit(state, work)) {
    const seenAs = ticket.by === 'event' ? (state.seen.get(ticket.id) ?? duplicates.get(ticket.id)) : undefined
    if (ticket.by !== 'event' || seenAs === undefined || seenAs === ticket.digest) {
      work.settle({ outcome: 'duplicate' })
      state.scope.handled(work, { outcome: 'duplicate' }, state.startTime)
      return undefined
    }
    return park(state, work, 'id_reused', `the event id ${ticket.id} was seen before with another body`, { blocks: false })
  }
  if (work.refusal !== undefined) return park(state, work, work.refusal.reason, work.refusal.detail)
  const earlier = heldBackBy(state, work)
  if (earlier !== undefined) return wait(state, work, earlier)
  if (refuse !== undefined) return failed(state, work, refuse)

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

/** What has become of the earlier message of its key that a work has to wait behind; undefined: nothing holds it back. */
function heldBackBy({ admission, blocked, tried }: BatchState, { ticket, behind }: Work): HoldingBack['status'] | undefined {
  if (ticket.by !== 'parked') return behind === null ? undefined : blocked.get(behind)
  const before = admission.behind.get(ticket.id)
  if (before === undefined) return undefined
  const status = tried.get(before.id) ?? before.status
  return status === 'gone' ? undefined : status
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
  const outcome = apply(state, work, context, reads, decision)
  return decision.refused === undefined ? { work, span, outcome } : failed(state, work, decision.refused, span)
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
  const { sagaId, causationId } = work
  const { events = [], arm = [], disarm = [], request } = decision
  const wanted = work.effect !== undefined && request !== undefined
  const origin = events.length > 0 || arm.length > 0 || wanted ? state.scope.tracing.originOf(context) : {}
  // What no event caused says what did, so that the log alone shows every edge of the map.
  const trigger = work.ticket.by === 'itself' ? `command ${work.name}` : work.name
  const sealed = events.map((emission: Emission) =>
    seal(emission, { id: state.scope.around.newId(), sagaId, causationId, trigger, time: state.time(), origin }),
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
