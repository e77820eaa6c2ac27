import type { MapEvent, MapReaction, MapService, SagaMap } from '@murmuration/choreography/map'

/** A reaction with the service that has it. */
export interface Line extends MapReaction {
  readonly service: string
}

/** The part of a map that deals with one kind of saga: all whose events carry the same field as saga id. */
export interface Part {
  /** `orderId` → `order`. */
  readonly saga: string
  readonly sagaField: string
  readonly events: readonly MapEvent[]
  /** Reactions that are triggered by one of the events, emit one, or belong to a timer of such a reaction. */
  readonly lines: readonly Line[]
}

export const linesOf = (services: readonly MapService[]): readonly Line[] =>
  services.flatMap(({ name: service, reactions }) => reactions.map((reaction) => ({ ...reaction, service })))

/** A map's sagas, the one with the most events first. */
export function partsOf({ events, services }: SagaMap): readonly Part[] {
  const fields = [...new Set(events.map(({ sagaField }) => sagaField))]
  return fields
    .map((sagaField) => {
      const own = events.filter((event) => event.sagaField === sagaField)
      const types = new Set(own.map(({ type }) => type))
      const lines = linesOf(services).filter(
        ({ from, emits }) => (from.kind === 'event' && types.has(from.name)) || emits.some((type) => types.has(type)),
      )
      return { saga: sagaField.replace(/Id$/, ''), sagaField, events: own, lines }
    })
    .sort((a, b) => b.events.length - a.events.length)
}
