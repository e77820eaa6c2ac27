import type { EventKind } from '@murmuration/contracts'
import type { ErasedRules } from './reaction.ts'
import type { ServiceDefinition } from './service.ts'

/** What makes a service decide: an event from the log, a timer that fired, or a command from outside. */
export interface Trigger {
  readonly kind: 'event' | 'timer' | 'command'
  /** Event type, timer name or command name. */
  readonly name: string
}

/** One line of a service's contract. */
export interface MapReaction {
  readonly from: Trigger
  readonly kind: 'on' | 'perform' | 'after' | 'command'
  /** `perform` only: the side effect that lies between the event and what is emitted. */
  readonly effect?: string
  readonly emits: readonly string[]
  /** Timers that it may arm. */
  readonly arms: readonly string[]
  /** Events whose effect it undoes; not empty = a compensation. */
  readonly undoes: readonly string[]
}

export interface MapService {
  readonly name: string
  readonly topic: string
  readonly group: string
  readonly reactions: readonly MapReaction[]
  /** Everything that it may emit, sorted. */
  readonly emits: readonly string[]
}

export interface MapEvent {
  readonly type: string
  readonly topic: string
  /** Field that holds the saga id: events with the same one belong to the same kind of saga. */
  readonly sagaField: string
  /** The service that emits it; null when none does. */
  readonly producer: string | null
  /** Services that react to it, sorted. */
  readonly consumers: readonly string[]
  /** Why nobody reacts to it, as its schema declares. */
  readonly unconsumed?: string
}

/** `from` makes `service` emit `to`. */
export interface MapEdge {
  readonly from: Trigger
  readonly service: string
  readonly reaction: MapReaction['kind']
  readonly effect?: string
  readonly to: string
  /** Set on compensations: the events whose effect this reaction undoes. */
  readonly undoes?: readonly string[]
}

export type MapProblemCode = 'no_schema' | 'no_producer' | 'never_emitted' | 'no_consumer' | 'needlessly_unconsumed' | 'timer_never_armed'

/** Something that keeps the map from being closed. */
export interface MapProblem {
  readonly code: MapProblemCode
  /** Event type or timer name. */
  readonly name: string
  /** For people: what is wrong, and with which services. */
  readonly message: string
}

export interface SagaMap {
  readonly services: readonly MapService[]
  readonly events: readonly MapEvent[]
  readonly edges: readonly MapEdge[]
  readonly problems: readonly MapProblem[]
}

/**
 * The map of all sagas, read off what the services declare. Pure: the same definitions always give the same map, in the same order.
 * @param definitions the services' `subscriptions`
 * @param events every event that has a schema
 */
export function sagaMap(definitions: readonly ServiceDefinition[], events: readonly EventKind[]): SagaMap {
  const services = definitions.map(mapService).sort(by(({ name }) => name))
  const edges = services.flatMap(edgesOf)
  const producers = new Map(edges.map(({ to, service }) => [to, service]))
  const consumers = consumersOf(services)
  const mapped = events
    .map(
      ({ type, topic, sagaField, unconsumed }): MapEvent => ({
        type,
        topic,
        sagaField,
        producer: producers.get(type) ?? null,
        consumers: consumers.get(type) ?? [],
        ...(unconsumed === undefined ? {} : { unconsumed }),
      }),
    )
    .sort(by(({ topic, type }) => `${topic}/${type}`))
  const problems = [...unknownEvents(mapped, producers, consumers), ...mapped.flatMap(eventProblems), ...services.flatMap(idleTimers)]
  return { services, events: mapped, edges, problems }
}

const by =
  <Item>(keyOf: (item: Item) => string) =>
  (a: Item, b: Item): number =>
    keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0

const sortedTypes = (kinds: Iterable<string>): string[] => [...new Set(kinds)].sort()

function mapService({ name, topic, group, reactions, timers = [], commands = [] }: ServiceDefinition): MapService {
  const lines = [
    ...commands.map((command) => mapReaction({ kind: 'command', name: command.name }, command.kind, command)),
    ...reactions.map((reaction) => mapReaction({ kind: 'event', name: reaction.event.type }, reaction.kind, reaction)),
    ...timers.map((timer) => mapReaction({ kind: 'timer', name: timer.timer }, timer.kind, timer)),
  ]
  return { name, topic, group, reactions: lines, emits: sortedTypes(lines.flatMap(({ emits }) => emits)) }
}

function mapReaction(
  from: Trigger,
  kind: MapReaction['kind'],
  rules: ErasedRules & { readonly effect?: string; readonly conclusion?: ErasedRules },
): MapReaction {
  const both = rules.conclusion === undefined ? [rules] : [rules, rules.conclusion]
  return {
    from,
    kind,
    ...(rules.effect === undefined ? {} : { effect: rules.effect }),
    emits: sortedTypes(both.flatMap(({ emits }) => emits.map(({ type }) => type))),
    arms: sortedTypes(both.flatMap(({ arms }) => arms)),
    undoes: sortedTypes(both.flatMap(({ undoes }) => undoes.map(({ type }) => type))),
  }
}

const edgesOf = ({ name: service, reactions }: MapService): MapEdge[] =>
  reactions.flatMap(({ from, kind: reaction, effect, emits, undoes }) =>
    emits.map((to) => ({
      from,
      service,
      reaction,
      ...(effect === undefined ? {} : { effect }),
      to,
      ...(undoes.length === 0 ? {} : { undoes }),
    })),
  )

function consumersOf(services: readonly MapService[]): ReadonlyMap<string, readonly string[]> {
  const consumers = new Map<string, string[]>()
  for (const { name, reactions } of services)
    for (const { from } of reactions) if (from.kind === 'event') consumers.set(from.name, [...(consumers.get(from.name) ?? []), name])
  return consumers
}

function unknownEvents(
  events: readonly MapEvent[],
  producers: ReadonlyMap<string, string>,
  consumers: ReadonlyMap<string, readonly string[]>,
): MapProblem[] {
  const known = new Set(events.map(({ type }) => type))
  return sortedTypes([...producers.keys(), ...consumers.keys()])
    .filter((type) => !known.has(type))
    .map((name) => {
      const users = sortedTypes([...(producers.has(name) ? [producers.get(name) as string] : []), ...(consumers.get(name) ?? [])])
      return { code: 'no_schema', name, message: `${name} has no schema, but ${users.join(', ')} use${users.length === 1 ? 's' : ''} it` }
    })
}

function eventProblems({ type, topic, producer, consumers, unconsumed }: MapEvent): MapProblem[] {
  const found = (code: MapProblemCode, message: string): MapProblem => ({ code, name: type, message })
  const who = consumers.join(', ')
  if (producer === null && consumers.length > 0)
    return [found('no_producer', `${type} (${topic}) is emitted by nobody, but ${who} waits for it`)]
  if (producer === null) return [found('never_emitted', `${type} (${topic}) has a schema, but nobody emits it`)]
  if (consumers.length === 0 && unconsumed === undefined)
    return [
      found('no_consumer', `${type} is emitted by ${producer}, but nobody reacts to it, and its schema does not say why (x-unconsumed)`),
    ]
  if (consumers.length > 0 && unconsumed !== undefined)
    return [found('needlessly_unconsumed', `${type} is declared x-unconsumed in its schema, but ${who} reacts to it`)]
  return []
}

function idleTimers({ name: service, reactions }: MapService): MapProblem[] {
  const armed = new Set(reactions.flatMap(({ arms }) => arms))
  return reactions
    .filter(({ from }) => from.kind === 'timer' && !armed.has(from.name))
    .map(({ from }) => ({
      code: 'timer_never_armed',
      name: from.name,
      message: `${service} reacts to the timer ${from.name}, but nothing arms it`,
    }))
}
