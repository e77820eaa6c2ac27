import { Transient } from './decision.ts'

/**
 * What an error of PostgreSQL says about trying again. `passes`: by itself or by an operator's hand, so the same statement may work in a moment or in an
 * hour. `defect`: the data does not fit, and never will. `unknown`: none of both can be told from the code.
 */
export type Verdict = 'passes' | 'defect' | 'unknown'

/**
 * By class, the first two characters of a SQLSTATE (PostgreSQL's documentation, appendix A). Our statements are fixed and tested; so what a message or a
 * request brings can only break the classes of data and limits, and what those of connections, states, resources and operators say is not its fault.
 */
const classes: Readonly<Record<string, Verdict>> = {
  // No errors.
  '00': 'unknown',
  '01': 'unknown',
  '02': 'unknown',
  // Statements that cannot be right.
  '03': 'defect',
  // The connection.
  '08': 'passes',
  // Triggers, features, transactions, locators, grants, roles, diagnostics: nothing that data decides.
  '09': 'unknown',
  '0A': 'unknown',
  '0B': 'unknown',
  '0F': 'defect',
  '0L': 'unknown',
  '0P': 'unknown',
  '0Z': 'unknown',
  // Data that does not fit, or breaks a constraint.
  '20': 'defect',
  '21': 'defect',
  '22': 'defect',
  '23': 'defect',
  '24': 'unknown',
  // The transaction's state: read only, failed, idle for too long.
  '25': 'passes',
  // A prepared statement is gone: the session is another one (a pooler's).
  '26': 'passes',
  '27': 'defect',
  // Passwords and roles, as an operator changes them.
  '28': 'passes',
  '2B': 'unknown',
  '2D': 'unknown',
  // Functions and their data.
  '2F': 'defect',
  '34': 'unknown',
  '38': 'defect',
  '39': 'defect',
  '3B': 'unknown',
  // The database or its schema is being made anew.
  '3D': 'passes',
  '3F': 'passes',
  // Rolled back for others' sake.
  '40': 'passes',
  // Statements that are wrong, or ahead of the schema (below).
  '42': 'unknown',
  '44': 'defect',
  // Disk, memory, connections.
  '53': 'passes',
  // Too large or too complex for any server.
  '54': 'defect',
  // Closed for connections, in use, locked.
  '55': 'passes',
  // Shutdown, restart, cancelled, dropped.
  '57': 'passes',
  // Files and devices, snapshots, configuration.
  '58': 'passes',
  '72': 'passes',
  F0: 'passes',
  // Foreign data wrappers.
  HV: 'unknown',
  // Raised by our own functions.
  P0: 'defect',
  // Internal: caches that are out of date, corruption that an operator has to mend.
  XX: 'passes',
}

/** Codes that say other than their class. */
const codes: Readonly<Record<string, Verdict>> = {
  // "cached plan must not change result type": a migration ran, and a new session has new plans.
  '0A000': 'passes',
  // A sequence has come to its end.
  '2200H': 'passes',
  // Rolled back at the commit, as a constraint was broken.
  '40002': 'defect',
  // A role was changed.
  '42501': 'passes',
  // The code is newer than the schema, for as long as the migration takes.
  '42P01': 'passes',
  '42703': 'passes',
  '42704': 'passes',
  '42883': 'passes',
  // Its twin is there already: a pooler gave us somebody else's session.
  '42P05': 'passes',
  // An enum's value that was added just now.
  '55P04': 'passes',
  HV001: 'passes',
  HV00N: 'passes',
}

/** What the code of an error means; codes that no PostgreSQL has are `unknown`. */
export const verdictOf = (sqlstate: string): Verdict => codes[sqlstate] ?? classes[sqlstate.slice(0, 2)] ?? 'unknown'

/** Connections refused or cut, as Node and undici name it. */
const network = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'EHOSTDOWN'],
  ...['ENETUNREACH', 'ENETDOWN', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
])

/** The same by Prisma's names, which hide the SQLSTATE: log-in, reach, time, access, TLS, closed, schema behind, pool, transaction, conflict. */
const prisma = new Set([
  ...['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1009', 'P1010', 'P1011', 'P1017'],
  ...['P2021', 'P2022', 'P2024', 'P2028', 'P2034', 'P2037'],
])

/** What pg says without a code. */
const lost =
  /^Connection terminated|connection error and is not queryable|client was closed|timeout exceeded when trying to connect|^Query read timeout|^timeout expired/i

interface Told {
  readonly code?: unknown
  /** The SQLSTATE, in what Prisma's adapter makes of the driver's error. */
  readonly originalCode?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
  readonly meta?: { readonly driverAdapterError?: unknown }
}

/** An error with what it was made of: its causes, an aggregate's parts, and what the driver has told Prisma, which it keeps apart. */
function* within(error: unknown, depth = 0): Generator<Told> {
  if (typeof error !== 'object' || error === null || depth > 4) return
  yield error
  const { cause, errors, meta } = error as Told
  for (const each of [cause, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]) yield* within(each, depth + 1)
}

const codesOf = ({ code, originalCode }: Told): readonly string[] => [code, originalCode].filter((each) => typeof each === 'string')

/** Whether an error only says that something outside is not there for now, or not as it should be, so that the same may work later. */
export function isOutage(error: unknown): boolean {
  for (const each of within(error)) {
    if (each instanceof Transient) return true
    const found = codesOf(each)
    if (found.some((code) => network.has(code) || prisma.has(code) || verdictOf(code) === 'passes')) return true
    if (found.length === 0 && lost.test(String(each.message))) return true
  }
  return false
}

/** Whether the data is wrong, so that the same will never work. */
export function isDefect(error: unknown): boolean {
  for (const each of within(error)) if (codesOf(each).some((code) => verdictOf(code) === 'defect')) return true
  return false
}
