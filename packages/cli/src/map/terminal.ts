import type { SagaMap } from '@murmuration/choreography/map'
import { paint } from '../output.ts'
import { type Line, type Part, partsOf } from './part.ts'

/** The map for a terminal: each saga as a tree from what starts it; an event's reactions are written out once. */
export function drawMap(map: SagaMap): string {
  const legend = `${paint('dim', '─►')} emits   ${paint('yellow', '↩')} undoes   ${paint('dim', '⏱')} arms a timer   ${paint('dim', '⇄')} side effect`
  return [...partsOf(map).map(drawPart), legend].join('\n\n')
}

function drawPart(part: Part): string {
  const drawn = new Set<string>()
  // The command that sets most in motion tells the story; the others are beside it.
  const starts = part.lines.filter(({ from }) => from.kind === 'command').toSorted((a, b) => reachOf(b, part) - reachOf(a, part))
  const out = [paint('bold', `${part.saga} saga`) + paint('dim', `  key: ${part.sagaField}, ${part.events.length} events`)]
  for (const line of starts) drawLine(line, `${line.from.name} ${paint('dim', '(command)')}`, 0)
  // What no command leads to: events that others wait for, timers that nothing arms.
  for (const { type } of part.events) if (!drawn.has(type)) drawEvent(type, 0)
  return out.join('\n')

  function drawLine(line: Line, label: string, depth: number): void {
    const effect = line.effect === undefined ? '' : ` ⇄ ${line.effect}`
    const undoes = line.undoes.length === 0 ? '' : paint('yellow', `  ↩ undoes ${line.undoes.join(', ')}`)
    const arms = line.arms.map((timer) => `  ⏱ ${timer}`).join('')
    const emits = line.emits.length === 0 ? paint('dim', ' (keeps it)') : ` ─► ${line.emits.join(' | ')}`
    out.push(
      `${'   '.repeat(depth)}  ${label} ${paint('dim', '▸')} ${paint('cyan', line.service)}${effect}${emits}${undoes}${paint('dim', arms)}`,
    )
    for (const type of forwardFirst(line.emits)) if (!drawn.has(type)) drawEvent(type, depth + 1)
    for (const timer of line.arms) if (!drawn.has(timer)) drawTimer(timer, depth + 1)
  }

  /** What goes on before what goes back, so that the tree begins with the way things should go. */
  function forwardFirst(types: readonly string[]): readonly string[] {
    const goesBack = (type: string) => part.lines.some(({ from, undoes }) => from.name === type && undoes.length > 0)
    return [...types.filter((type) => !goesBack(type)), ...types.filter(goesBack)]
  }

  function drawEvent(type: string, depth: number): void {
    drawn.add(type)
    for (const line of part.lines) if (line.from.kind === 'event' && line.from.name === type) drawLine(line, paint('bold', type), depth)
  }

  function drawTimer(timer: string, depth: number): void {
    drawn.add(timer)
    for (const line of part.lines) if (line.from.kind === 'timer' && line.from.name === timer) drawLine(line, `⏱ ${timer}`, depth)
  }
}

/** How many events may come of a reaction, directly and in turn. */
function reachOf(start: Line, { lines }: Part): number {
  const reached = new Set([...start.emits, ...start.arms])
  // A set's iteration also visits what is added on the way.
  for (const name of reached)
    for (const line of lines)
      if (line.from.kind !== 'command' && line.from.name === name) for (const next of [...line.emits, ...line.arms]) reached.add(next)
  return reached.size
}
