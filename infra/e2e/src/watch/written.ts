import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'

// Each file of tests is a process of its own, but all use one stack: what one of them has written the others have to know.
const file = () => join(dirname(inject('stack').stackFile), 'data', 'written-by-tests')

/** Notes an event's id, or a message's place, that a test itself has written. */
export const note = (...what: readonly string[]): void => appendFileSync(file(), what.map((each) => `${each}\n`).join(''))

/** Ids and places of all that tests have written so far. */
export const written = (): ReadonlySet<string> => new Set(existsSync(file()) ? readFileSync(file(), 'utf8').trimEnd().split('\n') : [])
