import type { MapEvent, Trigger } from '@murmuration/choreography/map'
import type { Line, Part } from './part.ts'

/** Fill colours by service: pale, so that dark text stays readable on them in light and dark pages. */
const colours = ['#cfe8ff', '#ffe3c2', '#d7f5d3', '#f7d1e4', '#e4dcff', '#fff3b0', '#d2f1f0', '#f3d9cf', '#e3e8d0', '#dfe3ee']

const idOf = ({ kind, name }: Trigger): string => `${kind}_${name.replaceAll(/[^A-Za-z0-9]/g, '_')}`
const effectId = (service: string, effect: string): string => `effect_${service}_${effect.replaceAll(/[^A-Za-z0-9]/g, '_')}`

/** One saga as a Mermaid flowchart: events, the services between them, compensations dashed, timers, side effects and commands. */
export function mermaidOf(part: Part): string {
  const nodes = new Map<string, string>()
  const edges = new Set<string>()
  const services = [...new Set(part.events.flatMap(({ producer }) => (producer === null ? [] : [producer])))].sort()
  for (const event of part.events) nodes.set(idOf({ kind: 'event', name: event.type }), eventNode(event))
  for (const line of part.lines) addLine(line, part, nodes, edges)
  const classes = services.map((service, index) => `  classDef ${service} fill:${colours[index % colours.length]},stroke:#555,color:#111`)
  const kinds = [
    '  classDef timer fill:#fff,stroke:#999,color:#111,stroke-dasharray:3 3',
    '  classDef outside fill:#fff,stroke:#555,color:#111',
  ]
  return [
    'flowchart LR',
    ...[...nodes].map(([id, shape]) => `  ${id}${shape}`),
    ...[...edges].map((edge) => `  ${edge}`),
    ...classes,
    ...kinds,
  ].join('\n')
}

const eventNode = ({ type, producer, consumers }: MapEvent): string =>
  `${consumers.length === 0 ? `(["${type}"])` : `["${type}"]`}${producer === null ? '' : `:::${producer}`}`

function addLine(line: Line, part: Part, nodes: Map<string, string>, edges: Set<string>): void {
  const { from, service, effect, emits, arms, undoes } = line
  const known = new Set(part.events.map(({ type }) => type))
  const own = emits.filter((type) => known.has(type))
  if (own.length === 0 && arms.length === 0) return
  if (from.kind === 'command') nodes.set(idOf(from), `[/"${from.name}"/]:::outside`)
  if (from.kind === 'timer') nodes.set(idOf(from), `{{"⏱ ${from.name}"}}:::timer`)
  let start = idOf(from)
  if (effect !== undefined) {
    start = effectId(service, effect)
    nodes.set(start, `[["${service}: ${effect}"]]:::outside`)
    edges.add(`${idOf(from)} -->|${service}| ${start}`)
  }
  const label = `${undoes.length === 0 ? '' : '↩ '}${service}`
  for (const type of own)
    edges.add(`${start} ${arrow(undoes.length > 0, effect === undefined ? label : undefined)} ${idOf({ kind: 'event', name: type })}`)
  for (const timer of arms) {
    nodes.set(idOf({ kind: 'timer', name: timer }), `{{"⏱ ${timer}"}}:::timer`)
    edges.add(`${start} --o|arms| ${idOf({ kind: 'timer', name: timer })}`)
  }
}

const arrow = (dashed: boolean, label: string | undefined): string =>
  `${dashed ? '-.->' : '-->'}${label === undefined ? '' : `|"${label}"|`}`
