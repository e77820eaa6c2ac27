import type { Emission, FieldError } from './event.ts'

/** Arms (or re-arms) the saga's durable timer of that name, to fire `inMs` milliseconds after the transaction, by the database's clock. */
export interface Armed<Timer extends string> {
  readonly timer: Timer
  readonly inMs: number
}

/**
 * What a pure decision asks for; the runtime does it in one transaction.
 * `rows`: changed rows under the names that `reads` gave them; a `one` read takes a row, a `many` read takes a list of rows.
 */
export interface Decision<Rows = object, E extends Emission = Emission, Timer extends string = string, Reply = unknown> {
  readonly rows?: Rows
  readonly events?: readonly E[]
  readonly arm?: readonly Armed<Timer>[]
  /** Names of the saga's timers that are no longer needed; one that is not armed is no matter. */
  readonly disarm?: readonly string[]
  /** Commands only: what the caller gets. */
  readonly reply?: Reply
  /** Commands only: the caller is refused with it as if it were thrown, but the rows are written. */
  readonly refused?: RuleViolation
}

/** The event has no effect here, for a good reason: a duplicate, late, or about something that already ended. */
export interface Ignored {
  readonly ignored: string
}

/** The event came before another that it needs; it is tried again after that saga's next message, and by time. */
export interface NotYet {
  readonly notYet: string
}

export const ignore = (reason: string): Ignored => ({ ignored: reason })
export const notYet = (reason: string): NotYet => ({ notYet: reason })

/** What a decision may know besides the event and its rows. `now` is the database's clock. */
export interface Facts {
  readonly now: Date
  /** A fresh UUID v7. */
  newId(): string
}

/** Statuses that a broken rule is answered with over HTTP. */
export type RuleStatus = 400 | 403 | 404 | 409 | 422 | 429

/**
 * A rule of the business says no. On an event: it is parked. On a command: the caller gets a problem with this slug as its `code`.
 */
export class RuleViolation extends Error {
  readonly code: string
  readonly status: RuleStatus
  /** The fields that break it, where some do. */
  readonly errors: readonly FieldError[] | undefined
  constructor(code: string, message: string, status: RuleStatus = 409, errors?: readonly FieldError[]) {
    super(message)
    this.name = 'RuleViolation'
    this.code = code
    this.status = status
    this.errors = errors
  }
}

/** Something outside is not there for now (a broker, a provider, a lock); worth trying again. */
export class Transient extends Error {
  /** When a side effect is to be tried again, in ms; default: soon, then less and less often. */
  readonly retryInMs: number | undefined
  /** How many attempts this one counts for, where their number is limited; default 1. */
  readonly counts: number
  constructor(message: string, { retryInMs, counts = 1, ...options }: ErrorOptions & { retryInMs?: number; counts?: number } = {}) {
    super(message, options)
    this.name = 'Transient'
    this.retryInMs = retryInMs
    this.counts = counts
  }
}

/** A message that cannot be understood: parked at once. */
export class Malformed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Malformed'
  }
}

/** Ends a switch over a union: a case that is missing does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`)
}
