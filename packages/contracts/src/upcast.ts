/** One hand-written step from a version of an event to the next. Pure: the same data gives the same result, and is not changed. */
export interface Upcaster {
  readonly type: string
  /** The version that it reads; it makes the next one. */
  readonly from: number
  up(data: unknown): unknown
}

/** The step from version `from` of the event `type`, with the types of both. */
export const upcast = <From, To>(type: string, from: number, up: (data: From) => To): Upcaster => ({ type, from, up: up as Upcaster['up'] })
