import { Transient } from '@murmuration/contracts'

// Connections refused or cut; PostgreSQL starting, stopping or out of connections (SQLSTATE); the same by Prisma's names.
const outages = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024'],
])

/** Whether an error only says that something outside is not there for now, so that the same request may work in a moment. */
export function isOutage(error: unknown, depth = 0): boolean {
  if (error instanceof Transient) return true
  if (typeof error !== 'object' || error === null || depth > 4) return false
  const { code, message, cause, errors = [], meta } = error as Told
  if (outages.has(String(code))) return true
  // pg says these two without a code.
  if (/^(Connection terminated|timeout exceeded when trying to connect)/.test(String(message))) return true
  return [cause, meta?.driverAdapterError, ...errors].some((each) => isOutage(each, depth + 1))
}

/** Where errors keep what made them: an aggregate its parts, and Prisma apart from all others what the driver said. */
interface Told {
  readonly code?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
  readonly meta?: { readonly driverAdapterError?: unknown }
}
