import type { Decision, EmissionOf, EventKind, Facts, Ignored, NotYet, Received } from '@murmuration/contracts'
import type { ChangesOf, Reads, RowsOf } from './table.ts'

type None = Record<never, never>

/** What all kinds of reactions declare besides their rules. */
interface Declares<Out, Timer> {
  /** The only events that it may emit. */
  readonly emits: readonly Out[]
  /** The only timers that it may arm. */
  readonly arms?: readonly Timer[]
  /** Events whose effect this reaction undoes: makes it a compensation on the map and in the trace. */
  readonly undoes?: readonly EventKind[]
  /** Name of the business span around the decision, e.g. `inventory.reserve`. */
  readonly span?: string
}

/** What to read, in up to two steps, and what to decide. All three are pure. */
interface Rules<Input, R, R2, Result> {
  /** Rows to load (and lock) for the input, under the names by which `decide` sees and changes them. */
  reads(input: Input): R
  /** A second step, for rows that depend on the first. */
  readsThen?(input: Input, rows: RowsOf<R>): R2
  decide(input: Input, rows: RowsOf<R> & RowsOf<R2>, facts: Facts): Result
}

type Change<R, Out, Timer extends string, Reply = undefined> = Decision<ChangesOf<R>, EmissionOf<Out>, Timer, Reply>

/** A timer that has fired. */
export interface Fired {
  readonly timer: string
  readonly sagaId: string
}

/** The name of a side effect with the types of its request and result, both JSON. Its implementation is given to the runtime at start. */
export interface Effect<Request, Result> {
  readonly name: string
  readonly types?: { readonly request: Request; readonly result: Result }
}
export const effect = <Request, Result>(name: string): Effect<Request, Result> => ({ name })

/** The name of a timer's, command's or event's rules with their types erased: the runtime only moves JSON around. */
export interface ErasedRules {
  readonly emits: readonly EventKind[]
  readonly arms: readonly string[]
  readonly undoes: readonly EventKind[]
  readonly span: string | undefined
  reads(input: unknown): Reads
  /** Undefined when there is no second step. */
  readonly readsThen: ((input: unknown, rows: LoadedRows) => Reads) | undefined
  decide(input: unknown, rows: LoadedRows, facts: Facts): ErasedDecision
}
export type LoadedRows = Readonly<Record<string, unknown>>
export type ErasedDecision = (Decision<LoadedRows> & { readonly request?: unknown }) | Ignored | NotYet

export interface OnReaction extends ErasedRules {
  readonly kind: 'on'
  readonly event: EventKind
}
export interface PerformReaction extends ErasedRules {
  readonly kind: 'perform'
  readonly event: EventKind
  readonly effect: string
  /** Its input is `Concluded`. */
  readonly conclusion: ErasedRules
}
export interface TimerReaction extends ErasedRules {
  readonly kind: 'after'
  readonly timer: string
}
export interface ErasedCommand extends ErasedRules {
  readonly kind: 'command'
  readonly name: string
  saga(input: unknown): string
}
export interface Command<Input, Reply> extends ErasedCommand {
  readonly types?: { readonly input: Input; readonly reply: Reply }
}
/** The result of a side effect on its way back into the rules. */
export interface Concluded {
  readonly sagaId: string
  readonly request: unknown
  readonly result: unknown
}

type AnyRules = Rules<never, Reads, Reads, unknown>

// The one place where types are erased: what goes in and comes out was typed by the four functions below.
function erase(declares: Declares<EventKind, string>, rules: Pick<AnyRules, 'reads' | 'decide'> & { readsThen?: unknown }): ErasedRules {
  return {
    emits: declares.emits,
    arms: declares.arms ?? [],
    undoes: declares.undoes ?? [],
    span: declares.span,
    reads: rules.reads as unknown as ErasedRules['reads'],
    readsThen: rules.readsThen as ErasedRules['readsThen'],
    decide: rules.decide as unknown as ErasedRules['decide'],
  }
}

/** A reaction: when this event comes, read these rows and decide. Pure; delivered at least once, decided exactly once. */
export function on<
  E extends EventKind,
  Out extends EventKind,
  R extends Reads,
  R2 extends Reads = None,
  const Timer extends string = never,
>(event: E, options: Declares<Out, Timer> & Rules<Received<E>, R, R2, Change<R & R2, Out, Timer> | Ignored | NotYet>): OnReaction {
  return { kind: 'on', event, ...erase(options, options as unknown as AnyRules) }
}

/** A deadline: what to decide when the saga's timer of that name, armed by another reaction, fires. */
export function after<Out extends EventKind, R extends Reads, R2 extends Reads = None, const Timer extends string = never>(
  timer: string,
  options: Declares<Out, Timer> & Rules<Fired, R, R2, Change<R & R2, Out, Timer> | Ignored>,
): TimerReaction {
  return { kind: 'after', timer, ...erase(options, options as unknown as AnyRules) }
}

/**
 * A command from outside (HTTP), decided and batched like an event. Throw `RuleViolation` to refuse it.
 * `command<PlaceOrder>()('PlaceOrder', {…})`: the input's type is given, all else is inferred.
 */
export const command =
  <Input>() =>
  <Out extends EventKind, R extends Reads, Reply, R2 extends Reads = None, const Timer extends string = never>(
    name: string,
    options: Declares<Out, Timer> & { saga(input: Input): string } & Rules<Input, R, R2, Change<R & R2, Out, Timer, Reply>>,
  ): Command<Input, Reply> => ({
    kind: 'command',
    name,
    saga: options.saga as (input: unknown) => string,
    ...erase(options, options as unknown as AnyRules),
  })

/**
 * A side effect: `intend` records what is wanted; after the commit the runtime calls the effect with a stable idempotency key, as often as it
 * takes (`Transient` is retried); `conclude` records its result. No network call is ever inside a transaction.
 */
export function perform<
  E extends EventKind,
  Request,
  Result,
  Out extends EventKind,
  R extends Reads,
  R2 extends Reads,
  const Timer extends string = never,
>(
  event: E,
  options: Declares<Out, Timer> & {
    readonly effect: Effect<Request, Result>
    reads(event: Received<E>): R
    intend(event: Received<E>, rows: RowsOf<R>, facts: Facts): (Change<R, Out, Timer> & { readonly request: Request }) | Ignored | NotYet
    concludeReads(request: Request): R2
    conclude(result: Result, rows: RowsOf<R2>, facts: Facts, request: Request): Change<R2, Out, Timer> | Ignored
  },
): PerformReaction {
  const conclusion = {
    reads: (input: Concluded) => options.concludeReads(input.request as Request),
    decide: (input: Concluded, rows: RowsOf<R2>, facts: Facts) =>
      options.conclude(input.result as Result, rows, facts, input.request as Request),
  }
  return {
    kind: 'perform',
    event,
    effect: options.effect.name,
    conclusion: erase(options, conclusion as unknown as AnyRules),
    ...erase(options, { reads: options.reads, decide: options.intend } as unknown as AnyRules),
  }
}
