import { eventTypeOf, isProcess, keyOf, outcomeOf, type Span, type SpanRef, sagaOf } from './span.ts'

/** A span that does not hang together with the rest. */
export interface Orphan extends SpanRef {
  readonly service: string
  readonly name: string
  readonly reason: string
}

/** A saga, put together from its traces. */
export interface Story {
  readonly sagaId: string
  /** Number of distinct traces. */
  readonly traces: number
  /** By start. `parentSpanId` is the nearest ancestor that belongs to the saga, null at the root of a trace. */
  readonly spans: readonly Span[]
  readonly orphans: readonly Orphan[]
}

/** Whole traces by id; one that was looked for and not found is empty. */
export type Traces = ReadonlyMap<string, readonly Span[]>

/**
 * Puts a saga's story together. A span belongs to it when it says so (`saga.id`), or says nothing and lies below one that does. Orphans are spans whose
 * parent is nowhere, and spans of traces that no chain of links, in either direction, joins with the way in: requests to the gateway, webhooks and
 * injections, else whatever came first.
 */
export function storyOf(sagaId: string, traces: Traces): Story {
  const spans: Span[] = []
  const entries = new Set<string>()
  const orphans: Orphan[] = []
  for (const all of traces.values()) {
    const byId = new Map(all.map((span) => [span.spanId, span]))
    const belongs = membership(sagaId, byId)
    for (const span of all.filter(belongs)) {
      const { parent, top, lost } = ancestry(span, byId, belongs)
      spans.push({ ...span, parentSpanId: parent })
      if (isEntry(top)) entries.add(span.traceId)
      if (lost !== undefined) orphans.push(orphan(span, `its parent ${lost} is missing`))
    }
  }
  spans.sort((a, b) => a.startMs - b.startMs || (a.parentSpanId === null ? -1 : b.parentSpanId === null ? 1 : 0))
  const first = spans[0]
  if (entries.size === 0 && first !== undefined) entries.add(first.traceId)
  const reached = reachable(entries, spans)
  for (const span of spans) if (!reached.has(span.traceId)) orphans.push(orphan(span, 'no link joins its trace with the request'))
  return { sagaId, traces: new Set(spans.map(({ traceId }) => traceId)).size, spans, orphans }
}

const orphan = ({ traceId, spanId, service, name }: Span, reason: string): Orphan => ({ traceId, spanId, service, name, reason })

/** Where something comes in from outside: a request to the gateway, a provider's webhook, or `murmur inject`. */
const isEntry = ({ service, kind, parentSpanId, attributes }: Span): boolean =>
  parentSpanId === null &&
  ((kind === 'SERVER' &&
    (service === 'gateway' || String(attributes['url.path'] ?? attributes['http.target'] ?? '').startsWith('/webhooks/'))) ||
    (kind === 'PRODUCER' && service === 'murmur'))

function membership(sagaId: string, byId: ReadonlyMap<string, Span>): (span: Span) => boolean {
  return (span) => {
    for (let at: Span | undefined = span; at !== undefined; at = at.parentSpanId === null ? undefined : byId.get(at.parentSpanId)) {
      const saga = sagaOf(at)
      if (saga !== undefined) return saga === sagaId
    }
    return false
  }
}

/** @returns the nearest ancestor that belongs to the saga, the topmost span above it, and the id of a direct parent that is not there */
function ancestry(
  span: Span,
  byId: ReadonlyMap<string, Span>,
  belongs: (span: Span) => boolean,
): { parent: string | null; top: Span; lost?: string } {
  if (span.parentSpanId !== null && !byId.has(span.parentSpanId)) return { parent: null, top: span, lost: span.parentSpanId }
  let parent: string | null = null
  let top = span
  for (let id = span.parentSpanId; id !== null; ) {
    const above = byId.get(id)
    if (above === undefined) break
    if (parent === null && belongs(above)) parent = id
    top = above
    id = above.parentSpanId
  }
  return { parent, top }
}

/** Traces that links lead to, forth and back. A linked trace that is not there still joins those that link to it. */
function reachable(from: ReadonlySet<string>, spans: readonly Span[]): ReadonlySet<string> {
  const neighbours = new Map<string, Set<string>>()
  const join = (a: string, b: string) => neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b))
  for (const { traceId, links } of spans)
    for (const link of links) {
      join(traceId, link.traceId)
      join(link.traceId, traceId)
    }
  const reached = new Set(from)
  // A set's iteration also visits what is added on the way.
  for (const traceId of reached) for (const next of neighbours.get(traceId) ?? []) reached.add(next)
  return reached
}

/** Ids of the traces that the story's spans link to. */
export const linkedTraces = ({ spans }: Story): ReadonlySet<string> =>
  new Set(spans.flatMap(({ links }) => links.map(({ traceId }) => traceId)))

const endings = new Set(['OrderConfirmed', 'OrderCancelled', 'OrderFailed'])

/** Whether an order's saga is known to have ended and been told of; `undefined` for sagas of other kinds, which have no such end. */
export function hasEnded({ spans }: Story): boolean | undefined {
  const handled = spans.filter(isProcess)
  const types = new Set(spans.flatMap((span) => eventTypeOf(span) ?? []))
  if (handled.some((span) => outcomeOf(span) === 'parked')) return true
  const refunds = count(spans, 'PaymentRefundRequested')
  // A declined one is tried again by a request of its own.
  const answered = count(spans, 'PaymentRefunded') + count(spans, 'ChannelRefundDeclined')
  if (types.has('OrderPlaced'))
    return answered >= refunds && handled.some((span) => span.service === 'notification' && endings.has(eventTypeOf(span) ?? ''))
  return undefined
}

const count = (spans: readonly Span[], type: string): number =>
  new Set(spans.filter((span) => eventTypeOf(span) === type).map((span) => span.attributes['messaging.message.id'] ?? keyOf(span))).size
