import { paint, width } from '../output.ts'
import type { Compensations } from './compensation.ts'
import { endMs, eventTypeOf, isProcess, isSend, keyOf, outcomeOf, reasonOf, type Span } from './span.ts'
import type { Story } from './story.ts'

export interface DrawOptions {
  /** Spans of databases, caches and frameworks, and requests that only read, too. */
  readonly all?: boolean
  readonly compensations: Compensations
}

const BAR = 24
// Deep stories stay readable: from here on the indentation stops growing.
const MAX_INDENT = 30
const colours = ['cyan', 'green', 'magenta', 'blue', 'yellow', 'cyanBright', 'greenBright', 'magentaBright', 'blueBright'] as const

interface Row {
  readonly span: Span
  readonly depth: number
  /** True when a link, not a parent, leads here. */
  readonly linked: boolean
}

/** The story as one timeline: causes above what they caused, bars by time, compensations and errors marked. */
export function drawStory(story: Story, options: DrawOptions): string {
  const { spans, traces, sagaId, orphans } = story
  const reading = readingTraces(spans)
  const shown = options.all === true ? spans : spans.filter((span) => !isDetail(span) && !reading.has(span.traceId))
  const startMs = Math.min(...shown.map((span) => span.startMs))
  const lengthMs = Math.max(...shown.map(endMs)) - startMs
  const services = [...new Set(spans.map(({ service }) => service))]
  const column = Math.max(...services.map((service) => service.length))
  const hidden = spans.length - shown.length
  const more = hidden === 0 ? '' : ` (${hidden} of databases, frameworks and mere reading hidden, --all shows them)`
  const head = `${paint('bold', sagaId)}  ${millis(lengthMs)} · ${traces} traces · ${spans.length} spans${more} · ${services.length} services`
  const lines = rowsOf(shown, spans).map((row) => {
    const { span } = row
    const service = paint(colours[services.indexOf(span.service) % colours.length] ?? 'cyan', span.service.padEnd(column))
    const left = `${`+${millis(span.startMs - startMs)}`.padStart(10)} ${millis(span.durationMs).padStart(9)} ${paint('dim', '▕')}${bar(span, startMs, lengthMs)}${paint('dim', '▏')}`
    return `${left} ${service} ${label(row, options.compensations, width() - 48 - column)}`
  })
  const lost = orphans.map(({ service, name, traceId, reason }) =>
    paint('red', `✗ orphan: ${service} ${name} (trace ${traceId}): ${reason}`),
  )
  const legend = paint('dim', '⇢ along a link   → event sent   ↩ compensation   ✗ failed or parked   ∅ no effect')
  return [head, '', ...lines, '', legend, ...lost].join('\n')
}

const isDetail = ({ attributes, kind, name }: Span): boolean =>
  attributes['db.system'] !== undefined ||
  attributes['db.system.name'] !== undefined ||
  attributes['express.type'] !== undefined ||
  (kind === 'CLIENT' && /^(pg|redis|tcp|dns)/.test(name))

/** Traces of requests that only looked at the saga afterwards. */
const readingTraces = (spans: readonly Span[]): ReadonlySet<string> =>
  new Set(
    spans
      .filter(
        ({ parentSpanId, kind, attributes }) =>
          parentSpanId === null && kind === 'SERVER' && (attributes['http.request.method'] ?? attributes['http.method']) === 'GET',
      )
      .map(({ traceId }) => traceId),
  )

function rowsOf(shown: readonly Span[], all: readonly Span[]): readonly Row[] {
  const byKey = new Map(all.map((span) => [keyOf(span), span]))
  const visible = new Set(shown.map(keyOf))
  // Spans come by their start, so the last one written is the first one.
  const firstOf = new Map(all.toReversed().map((span) => [span.traceId, keyOf(span)]))
  const children = new Map<string, Span[]>()
  const roots: Span[] = []
  for (const span of shown) {
    const cause = causeOf(span, byKey, visible, firstOf)
    if (cause === undefined) roots.push(span)
    else children.set(cause, [...(children.get(cause) ?? []), span])
  }
  const rows: Row[] = []
  const visit = (span: Span, depth: number): void => {
    rows.push({ span, depth, linked: span.parentSpanId === null && depth > 0 })
    for (const child of children.get(keyOf(span)) ?? []) visit(child, depth + 1)
  }
  for (const root of roots) visit(root, 0)
  return rows
}

/** The nearest visible span above: a parent, else what the topmost one links to, or, where that is no part of the story, the first of its trace. */
function causeOf(
  span: Span,
  byKey: ReadonlyMap<string, Span>,
  visible: ReadonlySet<string>,
  firstOf: ReadonlyMap<string, string>,
): string | undefined {
  const seen = new Set([keyOf(span)])
  for (let at = span; ; ) {
    const parent = at.parentSpanId === null ? [] : [keyOf({ traceId: at.traceId, spanId: at.parentSpanId })]
    // A circle of links can only be made by hand, but must not hang.
    const firsts = at.links.flatMap(({ traceId }) => (traceId === at.traceId ? [] : (firstOf.get(traceId) ?? [])))
    const above = [...parent, ...at.links.map(keyOf), ...firsts].find((key) => byKey.has(key) && !seen.has(key))
    if (above === undefined || visible.has(above)) return above
    seen.add(above)
    at = byKey.get(above) as Span
  }
}

function bar(span: Span, startMs: number, lengthMs: number): string {
  const scale = lengthMs === 0 ? 0 : BAR / lengthMs
  const from = Math.min(BAR - 1, Math.floor((span.startMs - startMs) * scale))
  const cells = Math.max(1, Math.min(BAR - from, Math.round(span.durationMs * scale)))
  return `${' '.repeat(from)}${paint(span.error === undefined ? 'blue' : 'red', '█'.repeat(cells))}${' '.repeat(BAR - from - cells)}`
}

function label({ span, depth, linked }: Row, compensations: Compensations, room: number): string {
  const indent = ' '.repeat(Math.min(depth, MAX_INDENT))
  const undone = compensations.get(keyOf(span))
  const outcome = outcomeOf(span)
  const idle = outcome === 'ignored' || outcome === 'duplicate' || outcome === 'deferred'
  const notes = [
    ...(undone === undefined ? [] : [paint('yellow', `↩ undoes ${undone.join(', ')}`)]),
    ...(idle ? [paint('dim', `∅ ${outcome}: ${reasonOf(span) ?? ''}`)] : []),
    ...(span.error === undefined ? [] : [paint('red', `✗ ${reasonOf(span) ?? span.error}`)]),
  ]
  const name = `${indent}${linked ? '⇢ ' : ''}${nameOf(span)}`
  const text = name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name
  return [undone === undefined ? text : paint('yellow', text), ...notes].join('  ')
}

function nameOf(span: Span): string {
  const type = eventTypeOf(span)
  if (type === undefined) return span.name
  return isSend(span) ? `→ ${type}` : isProcess(span) ? `on ${type}` : span.name
}

const millis = (ms: number): string => (ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(1)} ms`)
