import type { Origin } from '@murmuration/telemetry'

export { logMessage, type MessageParts, wireOf } from './log-message.ts'

/** Key and headers as they lie in the log, to the byte. */
export interface Wire {
  readonly key: Buffer | null
  readonly headers: readonly (readonly [name: Buffer, value: Buffer | null])[]
}

/** A message as the log delivers it. All its text can be stored. */
export interface LogMessage {
  readonly topic: string
  readonly partition: number
  /** Empty for one that was handed over past the log and has no place in it yet. */
  readonly offset: string
  /** What the messages that wait for each other share; null: nothing. A key that is no text is escaped, so that different ones stay different. */
  readonly key: string | null
  readonly value: Buffer | null
  /** Decoded as UTF-8; what cannot be stored is escaped. */
  readonly headers: Readonly<Record<string, string>>
  /** The header `ce_type`, to be had without the others: most messages that a consumer gets are not for it. */
  readonly type: string | undefined
  /** The header `ce_id`, likewise; absent where it has to be looked for in the headers. */
  readonly id?: string | undefined
  /** When it was written, milliseconds since 1970: what its producer says, so any number. */
  readonly timestamp: number
  /** Absent where `key` and `headers` are all there is. */
  wire?(): Wire
  /** Set for what stands in the place of messages that nobody can read. */
  readonly unreadable?: { readonly reason: 'undecodable' | 'removed'; readonly detail: string }
}

/** Everything of a partition before `offset`. */
export interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** A message to be written: `id` is the event's, `body` JSON text. */
export interface OutgoingRecord {
  readonly id: string
  readonly topic: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The small port behind which the Kafka client stands. Delivery is at least once, in order per partition. */
export interface EventLog {
  /** Creates the topics that do not exist yet. */
  ensureTopics(topics: readonly string[]): Promise<void>
  /**
   * Starts consuming. `deliver` gets what one fetch brought for a partition and resolves when more may come (back pressure); it must not throw.
   * Nothing is committed by itself. What cannot be read (a batch that no codec decodes, messages that were removed before they were read) is delivered
   * as one message that says so.
   */
  consume(options: ConsumeOptions): Promise<LogConsumer>
  producer(): LogProducer
  /** Where a record of this key goes; undefined while that is not known. */
  partitionOf(topic: string, key: string): number | undefined
  close(): Promise<void>
}

export interface ConsumeOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** Where a group without offsets starts. */
  readonly from: 'earliest' | 'latest'
  /** @param end where the next fetch begins; default behind the last message. Behind it may lie what is not for consumers, such as the marks of transactions. */
  deliver(messages: readonly LogMessage[], end?: Position): Promise<void>
  /**
   * The assignment changed: what was delivered before may now be another member's.
   */
  reassigned(assignment: Assignment): void
  /** All that a partition of ours held at a moment after the assignment was delivered. Told again and again. */
  caughtUp?(topic: string, partition: number): void
  /** True: a fetch may wait for more to come, as nobody waits for what it brings. Asked before each. */
  lazy?(): boolean
  /** The consumer is gone for good. */
  fatal(error: Error): void
}

/** What a member of a group reads. */
export interface Assignment {
  /** Nobody else reads for the group: all partitions are ours. */
  readonly alone: boolean
  owns(topic: string, partition: number): boolean
}

export interface LogConsumer {
  /** Marks everything before `offset` as done. */
  commit(positions: readonly Position[]): Promise<void>
  /** Stops the delivery; commits are still possible until `close`. */
  pause(): void
  close(): Promise<void>
}

export interface LogProducer {
  /**
   * Writes records in order; resolves when all in-sync replicas have them. After a rejection it is unknown which were written. Throws `TooLarge` when the
   * broker does not take as much at once.
   */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>
  close(): Promise<void>
}

/** An answer that may be there at once: await it. A store that has no wire in between need not make promises. */
export type Awaitable<Value> = Value | Promise<Value>

/** The place where a service keeps its state, inbox, outbox, timers, effects and parked messages, all in one transaction. */
export interface Store {
  begin(): Awaitable<Transaction>
  readonly relay: Relay
  readonly parking: ParkingStore
  /** True when the database answers, and takes writes. */
  ping(): Promise<boolean>
  prune(olderThanMs: number): Promise<number>
  close(): Promise<void>
}

/** What a batch asks to be let in: each thing can be had by one transaction only. */
export interface Admissible {
  readonly events: readonly { readonly id: string; readonly digest: string }[]
  readonly timers: readonly { readonly sagaId: string; readonly name: string }[]
  readonly effects: readonly string[]
  /** Deferred or parked messages that are tried again. */
  readonly parked: readonly string[]
  /** Keys whose parked messages hold later ones back. */
  readonly keys: readonly string[]
}

export interface Deferred {
  readonly id: string
  readonly key: string
}

/** A message that holds back the later ones of its key. */
export interface HoldingBack {
  readonly id: string
  readonly status: 'deferred' | 'parked'
}

export interface Admission {
  /** By the store's clock. */
  readonly now: Date
  readonly events: ReadonlySet<string>
  readonly timers: ReadonlySet<string>
  readonly effects: ReadonlySet<string>
  readonly parked: ReadonlySet<string>
  /** Keys whose later messages are held back: by a message that an operator has to look at (`parked`), or by one that is tried again (`deferred`). */
  readonly blockedKeys: ReadonlyMap<string, HoldingBack['status']>
  /** Of the deferred messages that hold back their keys, and are tried again: the next earlier one that does so, too. */
  readonly behind: ReadonlyMap<string, HoldingBack>
  /** Messages that wait for a message of one of the keys: deferred (but those that broke, which go by time alone), or parked as `never_came`. */
  readonly deferred: readonly Deferred[]
}

export interface VersionedRow {
  readonly row: object
  readonly version: number
}

export interface Transaction {
  admit(what: Admissible): Awaitable<Admission>
  /** Digests of events that were seen before. */
  digests(eventIds: readonly string[]): Awaitable<ReadonlyMap<string, string>>
  load(table: { name: string; key: string; lock: boolean }, keys: readonly string[]): Awaitable<ReadonlyMap<string, VersionedRow>>
  /** Writes all and commits. Throws `Conflict` when a row changed since it was read. */
  commit(writes: Writes): Awaitable<Committed>
  rollback(): Promise<void>
}

export interface Writes {
  /** Changed rows by table, each with the version it was read at (0 = new). */
  readonly rows: readonly {
    readonly table: string
    readonly key: string
    readonly columns: readonly string[]
    readonly rows: readonly VersionedRow[]
  }[]
  readonly outbox: readonly OutgoingRecord[]
  readonly arm: readonly { readonly sagaId: string; readonly name: string; readonly inMs: number; readonly origin: Origin }[]
  readonly disarm: readonly { readonly sagaId: string; readonly name: string }[]
  readonly effects: readonly PendingEffect[]
  readonly parked: readonly ParkedEntry[]
}

export interface Committed {
  /** Sequence numbers of the outbox rows, in their order. */
  readonly outboxSeqs: readonly string[]
  /** True when another instance still has to publish earlier events of one of the keys. */
  readonly behindOthers: boolean
  /** Whose the outbox rows are: this instance's, under the name that it had then. */
  readonly owner: string
}

export interface PendingEffect {
  readonly id: string
  readonly name: string
  readonly sagaId: string
  readonly causationId: string
  readonly request: unknown
  readonly origin: Origin
  readonly attempts: number
}

export interface ParkedEntry {
  readonly id: string
  readonly status: 'deferred' | 'parked'
  /** Whether later messages of the key have to wait behind it. */
  readonly blocks: boolean
  readonly kind: 'message' | 'timer' | 'conclusion'
  readonly key: string | null
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: string | null
  readonly eventId: string | null
  readonly eventType: string | null
  /** Slug. */
  readonly reason: string
  readonly detail: string
  readonly headers: Readonly<Record<string, string>>
  /** A message's key and headers to the byte, base64; null for what is no message. */
  readonly wire: { readonly key: string | null; readonly headers: readonly (readonly [string, string | null])[] } | null
  readonly body: Buffer | null
  /** Also the `traceparent` of the attempt that failed, to which the next one is linked. */
  readonly origin: Origin & { readonly attempt?: string }
  readonly attempts: number
  /** Deferred ones only: milliseconds until they are tried again by time. */
  readonly retryInMs: number | null
}

export interface OutboxRow extends OutgoingRecord {
  readonly seq: string
}

export interface Seen {
  readonly others: boolean
  readonly effects: boolean
  readonly deferred: boolean
  readonly nextTimerInMs: number | null
}

/** What the background loops of a service ask of the store. */
export interface Relay {
  /** The name under which this instance owns what it writes: another one after it has lost its session. */
  owner(): string
  /** Deletes published rows. */
  published(seqs: readonly string[]): Awaitable<void>
  /** Sets a row aside that the broker refuses, for a minute: later rows of its key wait, others go on. */
  refused(seq: string, reason: string): Awaitable<void>
  /** Own unpublished rows that may be published now, oldest first; `blocked`: own rows wait behind another instance's. */
  unpublished(limit: number, except: readonly string[]): Awaitable<{ rows: readonly OutboxRow[]; blocked: boolean }>
  /**
   * One look at what may have to be done, as most of the time there is nothing: whether there are rows or effects of other instances, own effects that
   * are due, and deferred messages that are; and the milliseconds until the next timer (null: there is none).
   */
  look(): Awaitable<Seen>
  /**
   * Takes over rows and effects of instances that have died.
   * @param taking called when one was found, before anything of it becomes our own
   */
  adopt(taking: () => void): Awaitable<{ outbox: number; effects: number }>
  dueEffects(limit: number, except: readonly string[]): Awaitable<readonly PendingEffect[]>
  postpone(effects: readonly { id: string; attempts: number; inMs: number }[]): Awaitable<void>
  /** Timers that are due, and the milliseconds until the next one. */
  dueTimers(limit: number): Awaitable<{ due: readonly { sagaId: string; name: string; origin: Origin }[]; nextInMs: number | null }>
  dueDeferred(limit: number): Awaitable<readonly string[]>
  /** Age in milliseconds of the oldest unpublished event (0 = none), how many there are, and how many of them the broker refuses. */
  backlog(): Awaitable<Backlog>
}

export interface Backlog {
  readonly outboxAgeMs: number
  readonly outbox: number
  readonly refused: number
  readonly parked: number
  readonly effects: number
}

export interface ParkedMessage extends Omit<ParkedEntry, 'status'> {
  readonly status: ParkedEntry['status'] | 'replayed' | 'discarded'
  readonly parkedAt: string
  readonly seq: string
  readonly note: string | null
}

export interface ParkingStore {
  list(filter: { ids?: readonly string[]; key?: string; status?: readonly string[]; limit?: number }): Promise<readonly ParkedMessage[]>
  end(ids: readonly string[], status: 'replayed' | 'discarded', note: string): Promise<void>
}

/** Where the runtime takes time, waiting, chance and ids from: the process's own, or a simulator's. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Does a task after so many milliseconds; the process is not kept alive for it. */
  after(ms: number, task: () => void): void
  /** Does a task when all that this turn of the event loop brought is done. */
  soon(task: () => void): void
  /** A signal that is aborted after so many milliseconds, or with the given one. */
  deadline(ms: number, signal: AbortSignal): AbortSignal
  /** At least 0 and less than 1. */
  random(): number
  /** A fresh UUID. */
  newId(): string
}

/** Another transaction changed a row between its read and its save: run again on fresh rows. */
export class Conflict extends Error {
  constructor(options?: ErrorOptions) {
    super('rows changed since they were read', options)
    this.name = 'Conflict'
  }
}

/** The broker does not take a request or a record of this size. */
export class TooLarge extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TooLarge'
  }
}
