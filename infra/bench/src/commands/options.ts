import { within } from '@murmuration/cli/within'
import { Option } from 'commander'

const count = (flags: string, what: string, fallback: number, most: number): Option =>
  new Option(flags, what).default(fallback).argParser(within(1, most, true))

/** What all commands that put load on a stack have in common. */
export const loadOptions = (seconds: number): Option[] => [
  new Option('--seconds <n>', 'length of a saturation phase').default(seconds).argParser(within(1, 3600, false)),
  count('--clients <n>', 'clients at saturation', 64, 1000),
  count('--in-flight <n>', 'open sagas at most at saturation', 1_000, 100_000),
  new Option('--sampling <ratio>', 'share of the sagas that are traced; 0.1 is production’s').default(0.1).argParser(within(0, 1, false)),
  count('--buyers <n>', 'users who order, in turn', 20, 500),
  new Option('--json', 'print one JSON document').default(false),
]

export const apartOption = (): Option =>
  new Option('--apart', 'a process for each service of the own stack; else all but the gateway and the provider share one').default(false)

export interface LoadOptions {
  /** Of a saturation phase. */
  readonly seconds: number
  readonly clients: number
  readonly inFlight: number
  /** Share of the sagas that are traced. */
  readonly sampling: number
  readonly buyers: number
  /** A process for each service. */
  readonly apart?: boolean
  readonly json: boolean
}

/** Says how far it is; on a terminal only. */
export type Progress = (text: string) => void

export const progressTo = (stream: NodeJS.WriteStream): Progress =>
  stream.isTTY ? (text) => stream.write(`\r\x1b[K${text}`) : () => undefined

/** Prints what came of it. Exit codes: 0 good, 1 not good, 3 could not be measured. */
export async function reporting<R>(
  json: boolean,
  measure: () => Promise<R>,
  { text, good }: { text(report: R): string; good(report: R): boolean },
): Promise<void> {
  try {
    const report = await measure()
    process.stdout.write(`${json ? JSON.stringify(report) : text(report)}\n`)
    process.exitCode = good(report) ? 0 : 1
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 3
  }
}
