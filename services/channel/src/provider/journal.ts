import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from './book.ts'

/** A file of one JSON entry a line. */
export interface Journal {
  readonly entries: readonly Entry[]
  /** Hands the entry to the operating system before it returns: a killed process forgets nothing. */
  write(entry: Entry): void
  close(): void
}

/** Opens `book.jsonl` in a folder, which is made when it is not there. */
export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'book.jsonl')
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  // A line that a crash cut off was never answered; the next one must not be glued to it.
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  const file = openSync(path, 'a')
  if (whole.length < bytes.length) ftruncateSync(file, whole.length)
  const entries = whole
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry)
  return { entries, write: (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`), close: () => closeSync(file) }
}

/** Keeps nothing. */
export const noJournal: Journal = { entries: [], write() {}, close() {} }
