import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A test that says in the comments above it what it shows. */
export interface NotedTest {
  /** From the repository's root. */
  readonly file: string
  readonly title: string
  /** `// undone by CancelOrder: OrderPlaced, StockReserved` */
  readonly undone: readonly { readonly by: string; readonly effects: readonly string[] }[]
  /** `// row 13` or `// rows 13, 14`; `// fault: Redis flushed`, or a title that begins so. */
  readonly rows: readonly string[]
}

const begins = /^\s*(?:it|describe)(?:\.\w+)*\(/
const noted = /^\s*\/\/ (?:undone by (?<by>[\w-]+): (?<effects>[\w, ]+)|rows? (?<rows>\d+(?:, \d+)*)|fault: (?<fault>.+))$/

/** All tests of a checkout with such notes. Another comment may stand between them and the test, nothing else. */
export function notedTests(repository: string): readonly NotedTest[] {
  const files = globSync('{packages,services,infra}/*/{src,test}/**/*.test.ts', { cwd: repository })
  return files.sort().flatMap((file) => notesOf(file, readFileSync(join(repository, file), 'utf8').split('\n')))
}

function notesOf(file: string, lines: readonly string[]): NotedTest[] {
  const tests: NotedTest[] = []
  let notes: NonNullable<RegExpExecArray['groups']>[] = []
  for (const [index, line] of lines.entries()) {
    const found = noted.exec(line)?.groups
    if (found !== undefined) notes.push(found)
    else if (begins.test(line)) {
      const title = titleFrom(lines.slice(index))
      const fault = /^fault: (.+)/.exec(title)?.[1]
      const { undone, rows } = readNotes(notes)
      if (notes.length > 0 || fault !== undefined)
        tests.push({ file, title, undone, rows: [...rows, ...(fault === undefined ? [] : [fault])] })
      notes = []
    } else if (notes.length > 0 && !/^\s*(\/\/|\/?\*)/.test(line))
      throw new Error(`${file}:${index + 1}: a note of what a test shows has no test below it`)
  }
  return tests
}

const list = (text: string | undefined): string[] => text?.split(',').map((each) => each.trim()) ?? []

const readNotes = (notes: readonly NonNullable<RegExpExecArray['groups']>[]): Pick<NotedTest, 'undone' | 'rows'> => ({
  undone: notes.flatMap(({ by, effects }) => (by === undefined ? [] : [{ by, effects: list(effects) }])),
  rows: notes.flatMap(({ rows, fault }) => [...list(rows), ...(fault === undefined ? [] : [fault])]),
})

/** The title, which for a table of cases comes after the table. */
function titleFrom(lines: readonly string[]): string {
  const [first = ''] = lines
  const text = /\.each/.test(first) ? (lines.slice(0, 40).join(' ').split(/\)\(/)[1] ?? first) : lines.slice(0, 2).join(' ')
  return /^.*?(['"`])(?<title>.+?)\1\s*,/.exec(text)?.groups?.['title'] ?? first.trim()
}
