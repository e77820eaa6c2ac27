import { type Span, sagaOf, storyOf } from '@murmuration/cli'
import type { Anomaly } from '../anomaly.ts'
import { edgesOfSpans, isDeclaredIn, nameOf } from '../edges.ts'
import type { Rule } from './rule.ts'

/** Every span hangs together with its saga's story, and shows no reaction that is not declared. */
export const spans: Rule = function* ({ spans: all = [], map }) {
  const declares = isDeclaredIn(map)
  for (const edge of edgesOfSpans(all))
    if (!declares(edge))
      yield { name: 'undeclared_edge', detail: `${nameOf(edge)} was traced, but is in no subscription`, service: edge.service }
  for (const [sagaId, traces] of tracesBySaga(all)) yield* orphansOf(sagaId, traces)
}

function* orphansOf(sagaId: string, traces: ReadonlyMap<string, readonly Span[]>): Iterable<Anomaly> {
  for (const { service, name, traceId, reason } of storyOf(sagaId, traces).orphans)
    yield { name: 'orphan_span', detail: `${name} (trace ${traceId}): ${reason}`, sagaId, service }
}

/** Whole traces by saga: a trace belongs to every saga that one of its spans names. */
function tracesBySaga(all: readonly Span[]): ReadonlyMap<string, ReadonlyMap<string, readonly Span[]>> {
  const traces = Map.groupBy(all, ({ traceId }) => traceId)
  const sagas = new Map<string, Map<string, readonly Span[]>>()
  for (const [traceId, own] of traces)
    for (const sagaId of new Set(own.flatMap((span) => sagaOf(span) ?? []))) {
      const known = sagas.get(sagaId) ?? new Map<string, readonly Span[]>()
      sagas.set(sagaId, known.set(traceId, own))
    }
  return sagas
}
