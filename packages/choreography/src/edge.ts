import type { SagaMap, Trigger } from './map.ts'

/** `from` made `service` emit `to`: an arrow of the map, declared or observed. Spans do not name commands: theirs are `?`. */
export interface Edge {
  readonly from: Trigger
  readonly service: string
  readonly to: string
}

/** `event OrderPlaced → inventory → StockReserved` */
export const edgeName = ({ from, service, to }: Edge): string => `${from.kind} ${from.name} → ${service} → ${to}`

/** The edge as spans show it. */
export const unnamed = (edge: Edge): Edge => (edge.from.kind === 'command' ? { ...edge, from: { kind: 'command', name: '?' } } : edge)

const declared = new WeakMap<SagaMap, ReadonlySet<string>>()

/** Names of all edges that the services' subscriptions allow, as messages show them and as spans do. */
export function declaredNames(map: SagaMap): ReadonlySet<string> {
  let names = declared.get(map)
  if (names === undefined) {
    names = new Set(map.edges.flatMap((edge) => [edgeName(edge), edgeName(unnamed(edge))]))
    declared.set(map, names)
  }
  return names
}
