import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unreachable } from '../errors.ts'
import { type JsonObject, objectOf, textOf } from '../json.ts'
import { type Answer, call, Refused, type Request } from './http.ts'
import { type Stack, serviceUrl } from './stack.ts'

export type Role = 'demo' | 'admin'

/** Tokens are used until so long before they expire. */
const MARGIN_MS = 60_000

const cacheFile = (stack: Stack): string => join(stack.folder, 'murmur-tokens.json')

function readCache(stack: Stack): JsonObject {
  try {
    return existsSync(cacheFile(stack)) ? objectOf(JSON.parse(readFileSync(cacheFile(stack), 'utf8'))) : {}
  } catch {
    // Two commands wrote it at once: log in again.
    return {}
  }
}

/** When a JWT ends, in milliseconds since 1970; 0 when it cannot be read. Only its issuer's services check its signature. */
export function expiryOf(token: string): number {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as unknown
    return Number(objectOf(payload)['exp'] ?? 0) * 1000
  } catch {
    return 0
  }
}

async function logIn(stack: Stack, role: Role): Promise<string> {
  const account = stack[role]
  const prefix = role.toUpperCase()
  if (account === undefined)
    throw unreachable(
      `the stack has no ${role} account`,
      `Set ${prefix}_EMAIL and ${prefix}_PASSWORD, or start a stack with \`npm start\`.`,
    )
  const answer = await call(`${serviceUrl(stack, 'gateway')}/api/v1/auth/login`, { method: 'POST', body: account })
  const token = textOf(objectOf(answer.body)['accessToken'])
  if (token === undefined) throw unreachable('the login was answered without a token')
  return token
}

/** An access token of the stack's demo user or administrator; kept in the stack's folder, readable for its owner only. */
export async function tokenOf(stack: Stack, role: Role, fresh = false): Promise<string> {
  const cache = readCache(stack)
  const name = `${serviceUrl(stack, 'gateway')} ${stack[role]?.email ?? role}`
  const kept = textOf(cache[name])
  if (!fresh && kept !== undefined && expiryOf(kept) > Date.now() + MARGIN_MS) return kept
  const token = await logIn(stack, role)
  mkdirSync(stack.folder, { recursive: true })
  writeFileSync(cacheFile(stack), JSON.stringify({ ...cache, [name]: token }), { mode: 0o600 })
  return token
}

/** A request as that role; logs in again when the kept token is no longer taken (another stack, rotated keys). */
export async function callAs(stack: Stack, role: Role, url: string, request: Request = {}): Promise<Answer> {
  const token = await tokenOf(stack, role)
  try {
    return await call(url, { ...request, token })
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error
    return await call(url, { ...request, token: await tokenOf(stack, role, true) })
  }
}

/** A request to the gateway's public API; `path` begins after `/api/v1`. */
export const api = (stack: Stack, path: string, request: Request = {}, role: Role = 'demo'): Promise<Answer> =>
  callAs(stack, role, `${serviceUrl(stack, 'gateway')}/api/v1${path}`, request)
