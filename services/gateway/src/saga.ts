import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { newId } from '@murmuration/http'
import { isIdempotencyKey } from './idempotency/keys.ts'

const named = /^\/api\/v1\/(?:orders|users|products)\/([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})(?:\/|$)/
const creating = /^\/api\/v1\/(?:orders|products|auth\/register|payments\/[^/]+\/refunds|inventory\/[^/]+\/restock)\/?$/

const registering = /^\/api\/v1\/auth\/register\/?$/

/** A UUID v8 (RFC 9562) that says nothing of the key. */
function idOf(key: string): string {
  const digest = hash('sha256', `register ${key}`, 'hex')
  const variant = (8 + (Number.parseInt(digest.charAt(16), 16) & 3)).toString(16)
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

/** Who registers is not known yet, so nobody's keys are looked up: a key makes the id itself, and a repetition meets what the first request made. */
function freshId(req: IncomingMessage, path: string): string {
  const key = req.headers['idempotency-key']
  return registering.test(path) && isIdempotencyKey(key) ? idOf(key) : newId()
}

const minted = new WeakMap<IncomingMessage, string>()

/**
 * The saga that a request is about: the id in its path, or, when it creates something, the fresh id that this will have. It is known
 * before the server span starts, so that a saga is sampled by its id from its first span on. What the client says of it is not looked at.
 */
export function sagaOf(req: IncomingMessage): string | undefined {
  const known = minted.get(req)
  if (known !== undefined) return known
  const path = (req.url ?? '').split('?', 1)[0] ?? ''
  const id = named.exec(path)?.[1]?.toLowerCase() ?? (req.method === 'POST' && creating.test(path) ? freshId(req, path) : undefined)
  if (id !== undefined) minted.set(req, id)
  return id
}
