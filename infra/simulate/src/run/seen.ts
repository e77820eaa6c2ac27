import { type Evidence, edgesOfMessages, recordEdges } from '@murmuration/checker'

type Edges = ReturnType<typeof edgesOfMessages>

let seen: Edges[number][] = []

/** Remembers which edges of the saga map an unspoilt run has shown. */
export function see({ events, injected }: Evidence): void {
  const known = new Set(seen.map(nameOf))
  for (const edge of edgesOfMessages(events, injected)) if (!known.has(nameOf(edge))) seen.push(edge)
}

const nameOf = ({ from, service, to }: Edges[number]): string => `${from.kind} ${from.name} ${service} ${to}`

/** Notes them for `murmur map --check --observed`. @param share tells apart processes that run at the same time */
export function noteSeen(share: number): void {
  if (seen.length > 0) recordEdges(`simulation-${share}`, { messages: seen })
  seen = []
}
