import type { Context, Span } from '@opentelemetry/api'
import type { ParkedEntry } from '../ports.ts'
import type { ErasedRules } from '../reaction.ts'

/** What lets a piece of work into a transaction, at most once overall. */
export type Ticket =
  | { readonly by: 'event'; readonly id: string; readonly digest: string }
  | { readonly by: 'timer'; readonly name: string }
  | { readonly by: 'effect'; readonly id: string }
  | { readonly by: 'parked'; readonly id: string }
  | { readonly by: 'itself' }

/** How a piece of work ended. */
export type Outcome =
  | {
      readonly outcome: 'handled'
      readonly emitted: readonly { readonly type: string; readonly data: unknown }[]
      readonly reply?: unknown
    }
  | { readonly outcome: 'ignored'; readonly reason: string }
  /** `detail`: it broke, or has to wait behind one that did; without, it only came early. */
  | { readonly outcome: 'deferred'; readonly reason: string; readonly detail?: string }
  | { readonly outcome: 'parked'; readonly reason: string; readonly detail: string }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'failed'; readonly error: Error }

/**
 * One thing to decide: a message, a fired timer, a command, or the conclusion of a side effect. Whoever makes one names all its fields, in this order:
 * objects of one shape are read several times as fast.
 */
export interface Work {
  /** For logs, metrics and spans: `OrderPlaced`, `timer reservation-expires`, … */
  readonly name: string
  readonly rules: ErasedRules
  readonly input: unknown
  readonly sagaId: string
  /** Id of the event that the emitted ones are caused by. */
  readonly causationId?: string | undefined
  readonly ticket: Ticket
  /** Key whose parked messages it has to wait behind; null for what never waits. */
  readonly behind: string | null
  /** Set when the decision may ask for a side effect. */
  readonly effect?: string | undefined
  /** Set when it was refused before it could be decided. */
  readonly refusal?: { readonly reason: string; readonly detail: string } | undefined
  /** Its span: opened at the first call, the same one at the next attempts; `force` opens a recording one if the first is not sampled. */
  trace(startTime: number, batchSize: number, force: boolean): { readonly span: Span; readonly context: Context }
  /** What is kept of it when it cannot be handled; undefined when its caller is told instead. */
  readonly parkable?: (() => Parkable) | undefined
  settle(outcome: Outcome): void
}

export type Parkable = Omit<ParkedEntry, 'status' | 'blocks' | 'reason' | 'detail' | 'retryInMs'>

/** Hook of a service for its business metrics, called after the commit. */
export interface Handled {
  readonly name: string
  readonly sagaId: string
  readonly outcome: Outcome['outcome']
  readonly reason?: string
  readonly input: unknown
  readonly emitted: readonly { readonly type: string; readonly data: unknown }[]
  /** Seconds from the start of its batch to the commit. */
  readonly seconds: number
}
