import type { PublishedEvent } from '../published-event.ts'
import type { ParkedRow } from '../rows.ts'
import type { Rule } from './rule.ts'

/** Log and inboxes explain each other: who reacts to an event has seen it or parked it, and nobody has seen what is in no topic. */
export const handled: Rule = function* ({ map, inbox, parked, injected }, { events }) {
  const consumers = new Map(map.events.map(({ type, consumers: names }) => [type, names]))
  const groups = new Map(map.services.map(({ name, group }) => [name, group]))
  const parkedAt = new Set(parked.flatMap((row) => placesOf(row).map((place) => `${row.service} ${place}`)))
  const isParked = (service: string, { id, topic, partition, offset }: PublishedEvent) =>
    parkedAt.has(`${service} ${id}`) || parkedAt.has(`${service} ${topic}/${partition}/${offset}`)

  for (const event of events.values())
    for (const service of consumers.get(event.type) ?? [])
      if (inbox.get(groups.get(service) ?? service)?.has(event.id) !== true && !isParked(service, event))
        yield { name: 'lost', sagaId: event.sagaId, service, detail: `${event.type} ${event.id} was never handled` }
  for (const [service, ids] of inbox)
    for (const id of ids)
      if (!events.has(id) && !injected.has(id))
        yield { name: 'unexplained_difference', service, detail: `event ${id} was handled, but is in no topic` }
}

const placesOf = ({ eventId, place }: ParkedRow): string[] => [eventId, place].filter((each) => each !== null)
