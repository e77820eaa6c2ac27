import type { Change } from '@murmuration/choreography/memory'

/**
 * A service lets in the events of a key and topic in the order in which they were committed, however they come to it: through the log, or handed over. What
 * strangers wrote has no order.
 */
export function lettingInInOrder() {
  /** Where an event stands among those of its key and topic. */
  const places = new Map<string, { readonly line: string; readonly at: number }>()
  const lengths = new Map<string, number>()
  /** By service and line, the last one let in. */
  const last = new Map<string, number>()

  return function* wrong(service: string, { events, outbox }: Pick<Change, 'events' | 'outbox'>): Generator<string> {
    for (const id of events) {
      const place = places.get(id)
      if (place === undefined) continue
      const reached = `${service} ${place.line}`
      if (place.at < (last.get(reached) ?? -1)) yield `${service} let event ${id} of ${place.line} in after a later one`
      else last.set(reached, place.at)
    }
    for (const { id, topic, key } of outbox) {
      const line = `${topic} ${key}`
      const at = lengths.get(line) ?? 0
      lengths.set(line, at + 1)
      places.set(id, { line, at })
    }
  }
}
