import { declaredNames, edgeName } from '@murmuration/choreography/edge'
import { edgeOf } from '../edges.ts'
import type { Rule } from './rule.ts'

/** Every event was made by something that is there, once, and by a reaction that is declared. */
export const causes: Rule = function* ({ injected, map, inbox }, { sagas, events }) {
  const groups = new Map(map.services.map(({ name, group }) => [name, group]))
  const declared = declaredNames(map)
  const undeclared = new Set<string>()
  for (const { sagaId, events: own } of sagas.values()) {
    const made = new Set<string>()
    for (const event of own) {
      if (injected.has(event.id)) continue
      const { type, source, causationId, subject = '' } = event
      const about = { sagaId, service: source }
      if (causationId !== undefined) {
        const effect = `${type} ${causationId} ${subject}`
        if (made.has(effect)) yield { name: 'duplicated_effect', detail: `event ${causationId} has made a second ${type}`, ...about }
        made.add(effect)
        if (!events.has(causationId) && !injected.has(causationId))
          yield { name: 'unexplained_difference', detail: `${type} was made by event ${causationId}, which is in no topic`, ...about }
        else if (inbox.get(groups.get(source) ?? source)?.has(causationId) !== true)
          yield {
            name: 'unexplained_difference',
            detail: `${type} was made by event ${causationId}, which ${source} has not handled`,
            ...about,
          }
      }
      const edge = edgeOf(event, events)
      if (edge === undefined) {
        if (causationId === undefined)
          yield { name: 'unexplained_difference', detail: `nothing says what made ${type} ${event.id}`, ...about }
        continue
      }
      const name = edgeName(edge)
      if (declared.has(name) || undeclared.has(name)) continue
      undeclared.add(name)
      yield { name: 'undeclared_edge', detail: `${name} is in no subscription`, ...about }
    }
  }
}
