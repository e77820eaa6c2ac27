/**
 * The shape of events. The descriptors themselves (`OrderPlaced`, …) are generated from `schemas/` into `./generated/`.
 */

/** One thing wrong with a value: where (`items/0/quantity`), and what was expected there. */
export interface FieldError {
  readonly field: string
  readonly expected: string
}

/** What is known of a kind of event, whatever its data: the newest version's place, producer and validator. */
export interface EventKind {
  readonly type: string
  readonly version: number
  /** Topic that carries it, e.g. `inventory.events`. */
  readonly topic: string
  /** Service that alone may produce it: the `ce_source` of a genuine message. */
  readonly source: string
  /** Field of the data that holds the saga id, which is the message's key, e.g. `orderId`. */
  readonly sagaField: string
  /** Why no reaction consumes it; absent for events that must have a consumer. */
  readonly unconsumed?: string
  /** Everything wrong with data of this version; empty when it is valid. */
  validate(data: unknown): readonly FieldError[]
}

/**
 * The descriptor of one kind of event in its newest version. Calling it makes an emission:
 * `StockReserved({ orderId, lines, expiresAt })`.
 */
export interface EventType<Type extends string, Data> extends EventKind {
  (data: Data): Emission<Type, Data>
  readonly type: Type
}

/** An event that a decision asks to emit; the runtime adds id, time, saga and trace. */
export interface Emission<Type extends string = string, Data = unknown> {
  readonly event: EventKind & { readonly type: Type }
  readonly data: Data
}

/** An event as a reaction sees it. `time` is ISO-8601 UTC. */
export interface EventOf<Type extends string, Data> {
  readonly id: string
  readonly type: Type
  readonly version: number
  readonly source: string
  readonly sagaId: string
  readonly time: string
  readonly causationId?: string
  readonly data: Data
}

/** `Received<typeof OrderPlaced>`: the event that a descriptor describes. */
export type Received<E> = E extends EventType<infer Type, infer Data> ? EventOf<Type, Data> : never

/** `DataOf<typeof OrderPlaced>`: only its data. */
export type DataOf<E> = E extends EventType<string, infer Data> ? Data : never

/** What a list of descriptors lets a decision emit. */
export type EmissionOf<E> = E extends EventType<infer Type, infer Data> ? Emission<Type, Data> : never
