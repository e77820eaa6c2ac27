import { declaredNames, edgeName } from '@murmuration/choreography/edge'
import { edgesOfStories } from '../edges.ts'
import type { Rule } from './rule.ts'

/** Every span hangs together with its saga's story, and shows no reaction that is not declared. */
export const spans: Rule = function* ({ stories = [], map }) {
  const declared = declaredNames(map)
  for (const edge of edgesOfStories(stories))
    if (!declared.has(edgeName(edge)))
      yield { name: 'undeclared_edge', detail: `${edgeName(edge)} was traced, but is in no subscription`, service: edge.service }
  for (const { sagaId, orphans } of stories)
    for (const { service, name, traceId, reason } of orphans)
      yield { name: 'orphan_span', detail: `${name} (trace ${traceId}): ${reason}`, sagaId, service }
}
