import { Transient } from '@murmuration/contracts'
import { logger } from '@murmuration/telemetry'
import { SpanStatusCode } from '@opentelemetry/api'
import type { PendingEffect, Relay, Surroundings } from '../ports.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { startOperation } from './operation.ts'
import type { Tracing } from './tracing.ts'
import { within } from './within.ts'

const log = logger('choreography')

/** What an implementation of a side effect gets besides its request. */
export interface EffectCall {
  /** The same for every attempt at this effect, and for no other: give it to the provider as idempotency key. */
  readonly key: string
  /** 1 for the first. An earlier attempt may have succeeded without our knowing. */
  readonly attempt: number
  readonly signal: AbortSignal
  readonly sagaId: string
}

/**
 * Implements a side effect. Throws `Transient` (or anything else) when its outcome is not known: it is called again with the same key. It may take as long
 * as it needs; the call's signal is for those that have no deadline of their own.
 */
export type EffectHandler = (request: never, call: EffectCall) => Promise<unknown>

/** The deadline's signal is made when it is asked for: many effects have their own, and it is dear. A class, as a literal with a getter is a slow object. */
class Call implements EffectCall {
  readonly key: string
  readonly attempt: number
  readonly sagaId: string
  readonly #deadline: () => AbortSignal
  #signal: AbortSignal | undefined

  constructor({ id, attempts, sagaId }: PendingEffect, deadline: () => AbortSignal) {
    this.key = id
    this.attempt = attempts + 1
    this.sagaId = sagaId
    this.#deadline = deadline
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#deadline()
    return this.#signal
  }
}

const MAX_AT_ONCE = 256
const DEADLINE_MS = 15_000
const MAX_BACKOFF_MS = 30_000

export interface EffectRunner {
  perform(effects: readonly PendingEffect[]): void
  /** Fetches what is due and not in memory: after a start, a take-over or a backoff. */
  sweep(): Promise<void>
  /** Lets running calls end, and starts no more. */
  drain(deadlineMs: number): Promise<void>
}

/**
 * Calls the outside world for intents that are committed, many at once, each again until its outcome is known.
 * @param conclude brings the result into the rules; resolves when it is committed.
 */
export function effectRunner(
  {
    around,
    tracing,
    handlers,
    relay,
  }: {
    readonly around: Surroundings
    readonly tracing: Tracing
    readonly handlers: Readonly<Record<string, EffectHandler>>
    readonly relay: Relay
  },
  conclude: (effect: PendingEffect, result: unknown) => Promise<void>,
): EffectRunner {
  const waiting: PendingEffect[] = []
  const known = new Set<string>()
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  let postponed: { id: string; attempts: number; inMs: number }[] = []
  let sweeping: Promise<void> | undefined
  const writing = oneAtATime(writePostponed, () => postponed.length > 0)

  const start = () => {
    while (running.size < MAX_AT_ONCE && !stopping.signal.aborted) {
      const effect = waiting.shift()
      if (effect === undefined) return
      const call = attempt(effect).then(() => {
        running.delete(call)
        start()
      })
      running.add(call)
    }
  }

  /** Never rejects. */
  async function attempt(effect: PendingEffect): Promise<void> {
    const { name, sagaId, origin } = effect
    const { span, context } = tracing.start(() => startOperation(`perform ${name}`, { sagaId, origin, root: false }))
    try {
      const handler = handlers[name]
      if (handler === undefined) throw new Error(`no implementation was given for the effect ${name}`)
      const call = new Call(effect, () => around.deadline(DEADLINE_MS, stopping.signal))
      const result = await tracing.within(context, () => handler(effect.request as never, call))
      span.end()
      await conclude(effect, result)
      known.delete(effect.id)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
      span.end()
      if (!stopping.signal.aborted) postpone(effect, error)
    }
  }

  function postpone(effect: PendingEffect, error: unknown): void {
    const asked = error instanceof Transient ? error : undefined
    const backoffMs = Math.min(MAX_BACKOFF_MS, 100 * 2 ** Math.min(effect.attempts, 9)) * (0.5 + around.random() / 2)
    const inMs = asked?.retryInMs ?? backoffMs
    const attempts = effect.attempts + (asked?.counts ?? 1)
    log[asked !== undefined ? 'info' : 'warn']({ err: error, effect: effect.name, attempts, inMs }, 'the effect is tried again')
    postponed.push({ id: effect.id, attempts, inMs })
    writing.start()
    if (inMs < 1_000) around.after(inMs + 5, () => void sweep().catch(() => {}))
  }

  // Many fail together when the provider is away: one statement for all that came meanwhile. Until it is written they stay known, so that no sweep
  // takes them at once.
  async function writePostponed(): Promise<void> {
    while (postponed.length > 0) {
      const batch = postponed
      postponed = []
      try {
        await relay.postpone(batch)
      } catch (error) {
        log.warn({ err: error }, 'effects could not be postponed; they are tried again at once')
      }
      for (const { id } of batch) known.delete(id)
    }
  }

  const perform = (effects: readonly PendingEffect[]) => {
    for (const effect of effects) {
      if (known.has(effect.id)) continue
      // More than this stay in their table until there is room.
      if (waiting.length >= 10_000) break
      known.add(effect.id)
      waiting.push(effect)
    }
    start()
  }
  const fetchDue = async () => {
    if (stopping.signal.aborted || waiting.length >= 1_000) return
    perform(await relay.dueEffects(1_000, [...known]))
  }
  const sweep = () => (sweeping ??= fetchDue().finally(() => (sweeping = undefined)))

  return {
    perform,
    sweep,
    async drain(deadlineMs) {
      waiting.length = 0
      const all = Promise.allSettled([...running])
      await within(around, deadlineMs, all)
      stopping.abort()
      await within(around, 500, all)
    },
  }
}
