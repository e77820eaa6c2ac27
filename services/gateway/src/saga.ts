import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { bearerToken, newId } from '@murmuration/http'
import type { Request } from 'express'
import { isIdempotencyKey } from './idempotency.ts'

const named = /^\/api\/v1\/(?:orders|users|products)\/([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})(?:\/|$)/
const creating = /^\/api\/v1\/(?:orders|products|auth\/register|payments\/[^/]+\/refunds(?:\/[^/]+\/retry)?|inventory\/[^/]+\/restock)\/?$/

/**
 * The id that a request under an idempotency key gives to what it makes, the same one each time: a UUID v8 (RFC 9562) that says nothing of the key. Each
 * user's keys are his own, and so are those of each kind of thing that is made.
 */
function idOfKey(kind: string, userId: string, key: string): string {
  const digest = hash('sha256', JSON.stringify([kind, userId, key]), 'hex')
  const variant = (8 + (Number.parseInt(digest.charAt(16), 16) & 3)).toString(16)
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

/** Who the token says is asking. Whether that is true is looked at later: until then nothing is made. */
function claimedUser(req: IncomingMessage): string | undefined {
  try {
    const payload = bearerToken(req.headers)?.split('.')[1] ?? ''
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub?: unknown }
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

/** Who registers is nobody yet: his key alone makes the id, and a repetition meets what the first request made. */
function freshId(req: IncomingMessage, path: string): string {
  const key = req.headers['idempotency-key']
  if (!isIdempotencyKey(key)) return newId()
  const kind = path.replace(/\/$/, '').split('/').at(-1) ?? ''
  const userId = kind === 'register' ? '' : claimedUser(req)
  return userId === undefined ? newId() : idOfKey(kind, userId, key)
}

/** The id of what a request makes within the saga that its path names, such as a return of an order; under a key the same one each time. */
export const madeWithin = (req: Request): string => freshId(req, req.path)

const minted = new WeakMap<IncomingMessage, string>()

/**
 * The saga that a request is about: the id in its path, or, when it creates something, the id that this will have. It is known
 * before the server span starts, so that a saga is sampled by its id from its first span on. A client has no say in it but by an idempotency key.
 */
export function sagaOf(req: IncomingMessage): string | undefined {
  const known = minted.get(req)
  if (known !== undefined) return known
  const path = (req.url ?? '').split('?', 1)[0] ?? ''
  const id = named.exec(path)?.[1]?.toLowerCase() ?? (req.method === 'POST' && creating.test(path) ? freshId(req, path) : undefined)
  if (id !== undefined) minted.set(req, id)
  return id
}
