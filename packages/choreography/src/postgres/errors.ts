import { Transient } from '@murmuration/contracts'
import { Conflict } from '../ports.ts'

const CONFLICTS = new Set(['40001', '40P01'])
// Connection exceptions, insufficient resources, operator intervention (shutdown, statement timeout), and Node's own socket errors.
const OUTAGES = /^(08|53|57)|^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/
const LOST = /terminated|not queryable|client was closed|timeout exceeded when trying to connect|connection error|read timeout/i

/** Sorts a driver's error: Conflict (run again on fresh rows), Transient (the database is not there), or itself (the data is wrong). */
export function classify(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Transient || error instanceof Conflict) return error
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && CONFLICTS.has(code)) return new Conflict({ cause: error })
  if ((typeof code === 'string' && OUTAGES.test(code)) || LOST.test(error.message))
    return new Transient(`the database is not there: ${error.message}`, { cause: error })
  return error
}
