import type { Cell, Coverage } from './compensations.ts'
import type { NotedTest } from './tests.ts'

/** The page; the same coverage always gives the same text. */
export function compensationsPage({ effects, failures, cells, kept }: Coverage): string {
  const numbers = new Map<string, number>()
  const numberOf = (test: NotedTest): number => {
    const key = keyOf(test)
    numbers.set(key, numbers.get(key) ?? numbers.size + 1)
    return numbers.get(key) ?? 0
  }
  const text = ({ tests, impossible }: Cell) => (impossible === undefined ? tests.map((test) => `[${numberOf(test)}]`).join(' ') : '–')
  const rows = effects.map(
    (effect) =>
      `| **${effect}** | ${cells
        .filter((cell) => cell.effect === effect)
        .map(text)
        .join(' | ')} |`,
  )
  const reasons = failures.flatMap((failure) => {
    const why = cells.find((cell) => cell.failure === failure && cell.impossible !== undefined)?.impossible
    return why === undefined ? [] : [`- **${failure}**: ${why}.`]
  })
  return `<!-- Generated from services/*/src/subscriptions.ts and the notes above the tests by \`npm run gen\`. Do not edit. -->
# Undoing

What goes forward (rows: every event that some reaction declares to undo) × where undoing begins (columns: events, timers and commands that do), and the
tests that show it. Both are read off the subscriptions; a test says what it shows in a note above it: \`// undone by CancelOrder: StockReserved\`.
\`npm run lint\` fails on an empty cell.

| | ${failures.join(' | ')} |
|---|${failures.map(() => '---').join('|')}|
${rows.join('\n')}

– cannot be:

${reasons.join('\n')}

Nothing undoes these, on purpose:

${kept.map(({ event, why }) => `- **${event}**: ${why}.`).join('\n')}

## The tests

${[...numbers].map(([key, number]) => `${number}. ${key}`).join('\n')}
`
}

const keyOf = ({ file, title }: NotedTest): string => `\`${file}\`: ${title}`
