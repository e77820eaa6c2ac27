import { styleText } from 'node:util'
import { EXIT, type ExitCode, Failure, messageOf } from './errors.ts'

/** What a command has to say: one JSON document for programs, or text for people. */
export interface Result {
  readonly json: unknown
  readonly text: string
  readonly exitCode?: ExitCode
}

type Style = Parameters<typeof styleText>[0]

/** Colours only where a person looks: not into pipes and files, and not with NO_COLOR. */
export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout })

export const width = (): number => Math.max(80, process.stdout.columns ?? 120)

/** Progress and warnings: on stderr, so that stdout stays the result. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`)

/** Columns as wide as their widest cell; the last one runs free. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '))
    .join('\n')
}

/** Writes the result and leaves. Waits for the pipe to take it all. */
export function finish({ json, text, exitCode = EXIT.ok }: Result, asJson: boolean): void {
  const out = asJson ? JSON.stringify(json) : text
  process.stdout.write(out === '' ? '' : `${out}\n`, () => process.exit(exitCode))
}

/** Says what is wrong and what to do next, on stderr, and leaves. */
export function fail(error: unknown): void {
  const known = error instanceof Failure
  const advice = known && error.advice !== undefined ? `  → ${error.advice}\n` : ''
  const text = known || process.env['MURMUR_DEBUG'] === undefined ? messageOf(error) : String((error as Error).stack)
  process.stderr.write(`murmur: ${text}\n${advice}`, () => process.exit(known ? error.exitCode : EXIT.no))
}
