import { Transient } from '@murmuration/contracts'
import { isOutage } from '@murmuration/contracts/outage'
import { Conflict } from '../ports.ts'

const CONFLICTS = new Set(['40001', '40P01'])

/** Sorts a driver's error: Conflict (run again on fresh rows), Transient (it passes: what passes is decided in contracts/outage), or itself. */
export function classify(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Transient || error instanceof Conflict) return error
  if (CONFLICTS.has(String((error as { code?: unknown }).code))) return new Conflict({ cause: error })
  return isOutage(error) ? new Transient(`the database is not there: ${error.message}`, { cause: error }) : error
}
