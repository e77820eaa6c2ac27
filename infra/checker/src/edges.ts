import { type Edge, edgeName } from '@murmuration/choreography/edge'
import type { Trigger } from '@murmuration/choreography/map'
import { eventTypeOf, isSend, keyOf, type Span, type Story, timerOf, triggerOf } from '@murmuration/cli'
import type { PublishedEvent } from './published-event.ts'

/** By what an event was made; undefined when that is not known: from outside, or by an event that is in no topic. */
export function edgeOf(
  { type, source, causationId, trigger }: PublishedEvent,
  events: ReadonlyMap<string, PublishedEvent>,
): Edge | undefined {
  const from = causationId === undefined ? parsed(trigger) : eventTrigger(events.get(causationId)?.type)
  return from === undefined ? undefined : { from, service: source, to: type }
}

const eventTrigger = (name: string | undefined): Trigger | undefined => (name === undefined ? undefined : { kind: 'event', name })

function parsed(trigger: string | undefined): Trigger | undefined {
  const [kind, name] = trigger?.split(' ') ?? []
  return (kind === 'command' || kind === 'timer') && name !== undefined ? { kind, name } : undefined
}

/** All edges that the messages show: complete, as every event says what made it. */
export function edgesOfMessages(events: readonly PublishedEvent[], injected: ReadonlySet<string>): readonly Edge[] {
  const byId = new Map(events.map((event) => [event.id, event]))
  return distinct(events.flatMap((event) => (injected.has(event.id) ? [] : (edgeOf(event, byId) ?? []))))
}

/** All edges that spans show: from the sending of an event up to the message, the timer or the request whose handling it lies in. */
export const edgesOfStories = (stories: readonly Story[]): readonly Edge[] => distinct(stories.flatMap(edgesOfStory))

function edgesOfStory({ spans }: Story): Edge[] {
  const byKey = new Map(spans.map((span) => [keyOf(span), span]))
  return spans.filter(isSend).flatMap((send) => {
    const to = eventTypeOf(send)
    const from = fromOf(triggerOf(send, byKey))
    return to === undefined || from === undefined ? [] : [{ from, service: send.service, to }]
  })
}

function fromOf(trigger: Span | undefined): Trigger | undefined {
  if (trigger === undefined) return { kind: 'command', name: '?' }
  const timer = timerOf(trigger)
  return timer === undefined ? eventTrigger(eventTypeOf(trigger)) : { kind: 'timer', name: timer }
}

const distinct = (edges: readonly Edge[]): readonly Edge[] => [...new Map(edges.map((edge) => [edgeName(edge), edge])).values()]
