import type { MapEdge, SagaMap } from '@murmuration/choreography/map'
import { eventTypeOf, isProcess, isSend, keyOf, type Span, timerOf } from './span.ts'
import type { Story } from './story.ts'

/** By span (`keyOf`): the events that this step of the story undid. */
export type Compensations = ReadonlyMap<string, readonly string[]>

/**
 * Finds the steps back in a story: an event was sent by a reaction that declares on the map what it undoes, and that had happened. Marks the sending and
 * the handling that led to it.
 */
export function compensationsOf({ spans }: Story, { edges }: Pick<SagaMap, 'edges'>): Compensations {
  const byKey = new Map(spans.map((span) => [keyOf(span), span]))
  const happened = new Set(spans.flatMap((span) => eventTypeOf(span) ?? []))
  const marks = new Map<string, readonly string[]>()
  for (const send of spans.filter(isSend)) {
    const trigger = triggerOf(send, byKey)
    const undone = edges
      .filter((edge) => edge.service === send.service && edge.to === eventTypeOf(send) && isBy(edge, trigger))
      .flatMap(({ undoes = [] }) => undoes.filter((type) => happened.has(type)))
    if (undone.length === 0) continue
    marks.set(keyOf(send), undone)
    if (trigger !== undefined) marks.set(keyOf(trigger), [...new Set([...(marks.get(keyOf(trigger)) ?? []), ...undone])])
  }
  return marks
}

/** The handled message or fired timer above a span; undefined when a command made it. */
export function triggerOf(span: Span, byKey: ReadonlyMap<string, Span>): Span | undefined {
  for (let at: Span | undefined = span; at !== undefined; ) {
    if (isProcess(at) || timerOf(at) !== undefined) return at
    at = at.parentSpanId === null ? undefined : byKey.get(keyOf({ traceId: at.traceId, spanId: at.parentSpanId }))
  }
  return undefined
}

function isBy({ from }: MapEdge, trigger: Span | undefined): boolean {
  if (trigger === undefined) return from.kind === 'command'
  return timerOf(trigger) === undefined
    ? from.kind === 'event' && from.name === eventTypeOf(trigger)
    : from.kind === 'timer' && from.name === timerOf(trigger)
}
