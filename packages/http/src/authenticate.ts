import type { Request, RequestHandler } from 'express'
import { problem } from './problem.ts'
import { type Principal, type Role, type TokenVerifier, tokenVerifier, unauthorized, type VerifierOptions } from './token-verifier.ts'

declare global {
  namespace Express {
    interface Request {
      /** Set by `authenticate`. Read it by `principalOf`. */
      principal?: Principal
    }
  }
}

/** Path of the key set below a user service's base URL. */
export const jwksPath = '/.well-known/jwks.json'

export const jwksUrlsOf = (userUrls: readonly string[]): string[] => userUrls.map((url) => `${url}${jwksPath}`)

const bearer = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i

/** The token that a request brings, as it is. */
export const bearerToken = ({ authorization }: { authorization?: string | undefined }): string | undefined =>
  bearer.exec(authorization ?? '')?.[1]

/**
 * Lets only requests with a valid access token pass and sets `req.principal`; all others are a 401. Nothing else says who asks.
 * `authenticate({ jwksUrls: jwksUrlsOf(config.USER_URL) })`; make one per process, it remembers verified tokens.
 */
export function authenticate(options: VerifierOptions | TokenVerifier): RequestHandler {
  const verify = typeof options === 'function' ? options : tokenVerifier(options)
  return (req, _res, next) => {
    const token = bearerToken(req.headers)
    if (token === undefined) throw unauthorized('An access token is needed: Authorization: Bearer …')
    const principal = verify(token)
    if (!(principal instanceof Promise)) {
      req.principal = principal
      return next()
    }
    return principal.then((verified) => {
      req.principal = verified
      next()
    })
  }
}

/** Who asks. @throws HttpProblem 401 on a route without `authenticate` */
export function principalOf(req: Request): Principal {
  if (!req.principal) throw unauthorized('An access token is needed.')
  return req.principal
}

/** After `authenticate`: anybody else is a 403. */
export function requireRole(role: Role): RequestHandler {
  return (req, _res, next) => {
    if (principalOf(req).role !== role) throw problem(403, 'forbidden', `Only for role ${role}.`)
    next()
  }
}
