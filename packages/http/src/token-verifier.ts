import { hash } from 'node:crypto'
import { Transient } from '@murmuration/contracts'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { type HttpProblem, problem } from './problem.ts'
import { type KeyFinder, type KeySource, signingKeys } from './signing-keys.ts'

/** `iss`, `aud` and `typ` of access tokens. A refresh token is no JWT at all. */
export const tokenIssuer = 'murmuration-user'
export const tokenAudience = 'murmuration'
export const tokenType = 'at+jwt'

export type Role = 'user' | 'admin'

/** Who asks, from a verified access token. */
export interface Principal {
  userId: string
  role: Role
  /** The token as it came, to be forwarded. */
  token: string
  /** Seconds since 1970. */
  expiresAt: number
}

interface Expected {
  issuer?: string
  audience?: string
  /** How many verified tokens are remembered, default 10000. */
  remembered?: number
  /** A remembered token is verified again after this time, default 60 s. */
  keysMaxAgeMs?: number
}
/** The keys come from the issuer's addresses, or, in the issuer itself, from a function. */
export type VerifierOptions = Expected & (KeySource | { keys: KeyFinder })

/** Gives the principal at once when the token is remembered. @throws HttpProblem 401, Transient when the keys are not available */
export type TokenVerifier = (token: string) => Principal | Promise<Principal>

export const unauthorized = (detail: string, cause?: unknown): HttpProblem =>
  problem(401, 'unauthorized', detail, { headers: { 'www-authenticate': 'Bearer' }, cause })

const algorithms = ['ES256', 'EdDSA']
// Headers by which a token would bring or name its own key; `crit` asks for extensions that we do not have.
const refusedHeaders = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip']
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const longest = 4096

interface Remembered {
  principal: Principal
  until: number
}

export function tokenVerifier(options: VerifierOptions): TokenVerifier {
  const { issuer = tokenIssuer, audience = tokenAudience, remembered = 10_000, keysMaxAgeMs = 60_000 } = options
  const keys = 'keys' in options ? options.keys : signingKeys(options)
  // By hash, in the order of last use.
  const known = new Map<string, Remembered>()

  async function verify(token: string, key: string): Promise<Principal> {
    try {
      const header = decodeProtectedHeader(token)
      if (typeof header.kid !== 'string' || refusedHeaders.some((name) => name in header))
        throw unauthorized('The token is not acceptable.')
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        typ: tokenType,
        clockTolerance: 5,
        requiredClaims: ['exp', 'sub'],
      })
      const { sub, exp, role } = payload as { sub: string; exp: number; role?: unknown }
      if (!uuid.test(sub) || (role !== 'user' && role !== 'admin')) throw unauthorized('The token is not acceptable.')
      const principal: Principal = { userId: sub, role, token, expiresAt: exp }
      // Looked at again after a while, so that a key that was withdrawn stops working.
      known.set(key, { principal, until: Math.min(exp * 1000, Date.now() + keysMaxAgeMs) })
      if (known.size > remembered) known.delete(known.keys().next().value ?? '')
      return principal
    } catch (error) {
      if (error instanceof Transient) throw error
      throw unauthorized('The token is not valid or has expired.', error)
    }
  }

  return (token) => {
    if (token.length > longest) throw unauthorized('The token is not acceptable.')
    const key = hash('sha256', token, 'base64')
    const found = known.get(key)
    if (found) {
      known.delete(key)
      if (found.until > Date.now()) {
        known.set(key, found)
        return found.principal
      }
    }
    return verify(token, key)
  }
}
