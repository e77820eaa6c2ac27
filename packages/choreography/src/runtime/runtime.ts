import { logger } from '@murmuration/telemetry'
import { reader as production, type Reader } from '../envelope.ts'
import type { EventLog, LogMessage, OutboxRow, PendingEffect, Store, Surroundings } from '../ports.ts'
import type { Command } from '../reaction.ts'
import type { ServiceDefinition } from '../service.ts'
import { processSurroundings } from '../surroundings.ts'
import type { BatchScope } from './batch/state.ts'
import { type EffectHandler, effectRunner } from './effects.ts'
import type { HandOver } from './hand-over.ts'
import { intake } from './intake.ts'
import { lane } from './lane.ts'
import { loop } from './loops.ts'
import { noMetrics, runtimeMetrics } from './metrics.ts'
import { type Parking, parkingOf } from './parking.ts'
import { publisher } from './publisher.ts'
import { run } from './runner.ts'
import { traced, untraced } from './tracing.ts'
import type { Handled, Outcome, Work } from './work.ts'
import { workMaker } from './works.ts'

const log = logger('choreography')

export type { Opened, Reader } from '../envelope.ts'
export { reader } from '../envelope.ts'
export { deepFreeze } from './deep-freeze.ts'
export { type HandOver, handOver } from './hand-over.ts'

export interface RuntimeOptions {
  readonly store: Store
  readonly eventLog: EventLog
  /** Implementations of the side effects that `perform` names. */
  readonly effects?: Readonly<Record<string, EffectHandler>>
  /** Called after each commit, for business metrics. */
  onHandled?(handled: Handled): void
  /** Called when the service cannot go on (its consumer is gone): default throws it where nobody catches it. */
  fatal?(error: Error): void
  /** Freezes the rows that decisions see, so that one which mutates them fails; default false. */
  readonly frozen?: boolean
  /** False: no spans and no metrics, for a simulation, in which nobody would see them; default true. */
  readonly observed?: boolean
  /** Another way to read messages, for a simulation, in which many services read the same ones. */
  readonly reader?: Reader
  /** Batches of messages at once; default 1. */
  readonly lanes?: number
  /** How long each part may take to end what it has begun when the service stops; default 4 s. */
  readonly stopDeadlineMs?: number
  /** How long the inbox remembers; default 7 days. Longer than a topic's normal replay. */
  readonly inboxRetentionMs?: number
  /** What services in this process hand to each other past the log; default nothing. */
  readonly handOver?: HandOver | undefined
  /** Time, waiting, chance and ids; default the process's own. */
  readonly around?: Surroundings
}

export interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly string[]
}

export interface Runtime {
  /** Decides a command, batched with others. Rejects with `RuleViolation`, or with `Transient` when the database is not there. */
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  readiness(): Promise<Readiness>
  readonly parking: Parking
  /** Ends in the right order: intake, effects, publisher, store. Idempotent. */
  stop(): Promise<void>
}

/** A runtime that messages can be handed to past the log, for tests and simulation. */
export interface InspectableRuntime extends Runtime {
  /** Handles messages as one batch; undefined for those that the service does not react to. */
  handle(messages: readonly LogMessage[]): Promise<readonly (Outcome | undefined)[]>
}

const COMMANDS = { maxBatch: 200, maxRestMs: 25 }
const SWEEP_EVERY_MS = 1_000
/** Every so many sweeps look into the outbox even when memory knows of nothing there. */
const SWEEPS_TO_LOOK = 10
/** Timers that others have armed are seen by the sweep. */
const MAX_TIMER_NAP_MS = 10_000
const PRUNE_EVERY_MS = 600_000

/** Runs a service's reactions over a store and an event log. */
export async function startRuntime(definition: ServiceDefinition, options: RuntimeOptions): Promise<InspectableRuntime> {
  const { store, eventLog, inboxRetentionMs = 7 * 86_400_000, stopDeadlineMs = 4_000, around = processSurroundings } = options
  const stopping = new AbortController()
  const fatal = (error: Error) => {
    if (stopping.signal.aborted) return
    if (options.fatal) return options.fatal(error)
    around.soon(() => {
      throw error
    })
  }

  const { observed = true, reader = production } = options
  const tracing = observed ? traced : untraced
  const maker = workMaker(definition, { tracing, reader })
  const metrics = observed ? runtimeMetrics(around, store) : noMetrics
  await eventLog.ensureTopics([definition.topic])
  const { handOver } = options
  const offer = (rows: readonly OutboxRow[], atOnce: boolean): boolean =>
    handOver?.offer(
      rows.map((row) => ({ row, partition: eventLog.partitionOf(row.topic, row.key) })),
      atOnce && alone(),
    ) ?? false
  let alone = () => false
  const publishing = publisher(around, eventLog, store.relay, offer)

  let unparkable: Error | undefined
  const scope: BatchScope = {
    around,
    store,
    tracing,
    tables: definition.tables,
    frozen: options.frozen ?? false,
    committing: publishing.committing,
    committed({ effects, deferred, soonestTimerMs }) {
      if (effects.length > 0) performing.perform(effects)
      timing.wakeWithin(soonestTimerMs)
      if (deferred.length > 0) void retryDeferred(deferred).catch(() => {})
    },
    handled(work, outcome, startTime) {
      metrics.handled(work, outcome, startTime)
      if (outcome.outcome === 'parked')
        log.error({ reaction: work.name, reason: outcome.reason, detail: outcome.detail, sagaId: work.sagaId }, 'parked')
      if (outcome.outcome === 'deferred' && outcome.reason !== 'behind' && outcome.detail !== undefined)
        log.warn(
          { reaction: work.name, reason: outcome.reason, detail: outcome.detail, sagaId: work.sagaId },
          'set aside, to be tried again',
        )
      try {
        options.onHandled?.(handledOf(work, outcome, around.now() - startTime))
      } catch (error) {
        // It is committed: whoever only counts it must not make it be handled again, and hold up what comes after it.
        log.error({ err: error, reaction: work.name, sagaId: work.sagaId }, 'what was handled could not be counted')
      }
    },
    cannotPark(error) {
      unparkable = error
    },
  }
  const patient = (works: readonly Work[]) => run(scope, works, { patient: true, stopping: stopping.signal })
  const impatient = (works: readonly Work[]) => run(scope, works, { patient: false, stopping: stopping.signal })

  // Two lanes each, so that one batch's round trips overlap with the next one's.
  const commands = [lane(around, impatient, fatal, COMMANDS), lane(around, impatient, fatal, COMMANDS)]
  const internal = lane(around, patient, fatal, { maxRestMs: 100 })
  let turn = 0

  const performing = effectRunner(
    { around, tracing, handlers: options.effects ?? {}, relay: store.relay },
    (effect: PendingEffect, result) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      void internal.push({ works: [maker.conclusion(effect, result, () => resolve())] })
      return promise
    },
  )
  const parking = parkingOf(around, store.parking, maker, impatient)
  const retryDeferred = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return
    const found = await store.parking.list({ ids, status: ['deferred', 'parked'] })
    const works = found.flatMap((parked) => maker.again(parked, () => {}) ?? [])
    if (works.length > 0) await internal.push({ works })
  }

  const timing = loop(around, 'timers', async () => {
    const { due, nextInMs } = await store.relay.dueTimers(500)
    if (due.length === 0) return Math.min(MAX_TIMER_NAP_MS, Math.max(1, nextInMs ?? MAX_TIMER_NAP_MS))
    const works = due.map(({ sagaId, name, origin }) => maker.timer({ timer: name, sagaId }, origin))
    await new Promise<void>((resolve) => void internal.push({ works, done: resolve }))
    return 0
  })
  let sweeps = 0
  const sweeping = loop(around, 'sweep', async () => {
    const seen = await store.relay.look()
    if (seen.nextTimerInMs !== null) timing.wakeWithin(seen.nextTimerInMs)
    const adopted = seen.others ? await publishing.takeOver((taking) => store.relay.adopt(taking)) : { outbox: 0, effects: 0 }
    if (adopted.outbox + adopted.effects > 0) log.info(adopted, 'took over from an instance that died')
    // What a lost connection left in the outbox may become visible after the first look.
    await publishing.sweep(sweeps++ % SWEEPS_TO_LOOK === 0)
    if (seen.effects || adopted.effects > 0) await performing.sweep()
    if (seen.deferred) await retryDeferred(await store.relay.dueDeferred(200))
    return SWEEP_EVERY_MS
  })
  const pruning = loop(around, 'prune', async () => {
    while ((await store.prune(inboxRetentionMs)) > 0);
    return PRUNE_EVERY_MS
  })
  const taking = await intake(eventLog, definition, { around, lanes: options.lanes ?? 1, maker, metrics, run: patient, fatal, handOver })
  alone = taking.alone

  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await taking.stop(stopDeadlineMs)
    await Promise.all(commands.map((each) => each.idle()))
    await performing.drain(stopDeadlineMs)
    stopping.abort()
    await Promise.all([timing.stop(), sweeping.stop(), pruning.stop(), internal.idle()])
    await publishing.drain(stopDeadlineMs)
    await publishing.close()
    await eventLog.close()
    await store.close()
  }

  return {
    execute(command, input) {
      return new Promise((resolve, reject) => {
        const work = maker.command(command, input, (outcome) => {
          if (outcome.outcome === 'handled') resolve(outcome.reply as never)
          else reject(outcome.outcome === 'failed' ? outcome.error : new Error(`a command was ${outcome.outcome}`))
        })
        void commands[turn++ % commands.length]?.push({ works: [work] })
      })
    },
    async readiness() {
      const reasons: string[] = []
      if (stopping.signal.aborted || stopped !== undefined) reasons.push('the service is stopping')
      if (!taking.joined()) reasons.push('the consumer has not joined its group yet')
      if (unparkable !== undefined) reasons.push(`a message can be neither handled nor parked, and all others wait: ${unparkable.message}`)
      if (!(await store.ping())) reasons.push('the database does not answer, or takes no writes')
      return { ready: reasons.length === 0, reasons }
    },
    parking,
    async handle(messages) {
      const outcomes: (Outcome | undefined)[] = messages.map(() => undefined)
      const works = messages.flatMap((message, index) => maker.message(message, (outcome) => (outcomes[index] = outcome)) ?? [])
      if (works.length > 0) await patient(works)
      return outcomes
    },
    stop: () => (stopped ??= stop()),
  }
}

function handledOf(work: Work, outcome: Outcome, tookMs: number): Handled {
  const common = {
    name: work.name,
    sagaId: work.sagaId,
    input: work.input,
    seconds: tookMs / 1000,
    emitted: outcome.outcome === 'handled' ? outcome.emitted : [],
    outcome: outcome.outcome,
  }
  return 'reason' in outcome ? { ...common, reason: outcome.reason } : common
}
