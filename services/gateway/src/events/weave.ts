import { type Bookmark, nameOf } from './bookmark.ts'
import { endings } from './outcomes.ts'
import type { Happening, StoryEvent } from './story-event.ts'

/** One thread made of an order's events of several topics: each topic in its order, none before its cause, else by the time they were written. */
export interface Weave {
  /** An event of the saga, in the order of its topic. The same id again is the same event. */
  add(happening: Happening, now: number): void
  /** The next event; undefined when there is none, or its cause has to be waited for. */
  next(now: number): StoryEvent | undefined
  /** Goes on where another thread was; false when it was none of these events. */
  resume(bookmark: Bookmark): boolean
  bookmark(): Bookmark
  /** Whether the order's placing is among them. */
  begun(): boolean
  /** The time of the log until which events belong to the story; undefined while the order's end is not among them. */
  until(): number | undefined
  /** No event will be added any more: what waits for a cause that is not there waits no longer. */
  settle(): void
  /** How many events have not been told. */
  size(): number
}

interface Waiting extends Happening {
  /** So long its cause may still come. */
  readonly patientUntil: number
}

const patienceMs = 1000
/** What an order's end sets off (stock released, money given back, the customer told) belongs to its story for so long. */
export const aftermathMs = 2000

/** @param topics in the order of bookmarks */
export function weave(orderId: string, topics: readonly string[]): Weave {
  const queues: readonly Waiting[][] = topics.map(() => [])
  const counts = topics.map(() => 0)
  const seen = new Set<string>()
  const told = new Set<string>()
  let last = orderId
  let begun = false
  let until: number | undefined
  let settled = false

  const take = (index: number): Happening | undefined => {
    const taken = queues[index]?.shift()
    if (taken === undefined) return undefined
    counts[index] = (counts[index] ?? 0) + 1
    told.add(taken.event.id)
    last = nameOf(taken.event.id)
    return taken
  }
  const mayBeTold = ({ cause, patientUntil, event }: Waiting, now: number): boolean =>
    cause === undefined || cause === event.id || told.has(cause) || (!seen.has(cause) && (settled || now >= patientUntil))

  return {
    add(happening, now) {
      const { topic, event, at } = happening
      const queue = queues[topics.indexOf(topic)]
      if (queue === undefined || seen.has(event.id)) return
      seen.add(event.id)
      queue.push({ ...happening, patientUntil: now + patienceMs })
      begun ||= event.type === 'OrderPlaced'
      if (until === undefined && topic === 'order.events' && event.type in endings) until = at + aftermathMs
    },
    next(now) {
      const heads = queues
        .flatMap(([head], index) => (head === undefined || (until !== undefined && head.at > until) ? [] : [{ head, index }]))
        .toSorted((a, b) => a.head.at - b.head.at)
      const ready = heads.find(({ head }) => mayBeTold(head, now))
      // Causes that go round in a circle can only be forged; then the time decides.
      const circle = heads.every(({ head: { cause } }) => cause !== undefined && seen.has(cause)) ? heads[0] : undefined
      const next = ready ?? circle
      return next && take(next.index)?.event
    },
    resume(bookmark) {
      if (bookmark.last === orderId && bookmark.counts.every((count) => count === 0)) return true
      const known = topics.map((_, index) => bookmark.counts[index] ?? 0)
      const there = known.every((count, index) => count <= (queues[index]?.length ?? 0)) && bookmark.counts.length <= topics.length
      if (!there || !known.some((count, index) => nameOf(queues[index]?.[count - 1]?.event.id ?? '') === bookmark.last)) return false
      for (const [index, count] of known.entries()) for (let at = 0; at < count; at++) take(index)
      last = bookmark.last
      return true
    },
    bookmark: () => ({ last, counts: [...counts] }),
    begun: () => begun,
    until: () => until,
    settle() {
      settled = true
    },
    size: () => queues.reduce((sum, queue) => sum + queue.length, 0),
  }
}
