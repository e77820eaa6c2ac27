import type { IncomingMessage } from 'node:http'
import { newId } from '@murmuration/http'

const named = /^\/api\/v1\/(?:orders|users|products)\/([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})(?:\/|$)/
const creating = /^\/api\/v1\/(?:orders|products|auth\/register|payments\/[^/]+\/refunds|inventory\/[^/]+\/restock)\/?$/

const minted = new WeakMap<IncomingMessage, string>()

/**
 * The saga that a request is about: the id in its path, or, when it creates something, the fresh id that this will have. It is known
 * before the server span starts, so that a saga is sampled by its id from its first span on. What the client says of it is not looked at.
 */
export function sagaOf(req: IncomingMessage): string | undefined {
  const known = minted.get(req)
  if (known !== undefined) return known
  const path = (req.url ?? '').split('?', 1)[0] ?? ''
  const id = named.exec(path)?.[1]?.toLowerCase() ?? (req.method === 'POST' && creating.test(path) ? newId() : undefined)
  if (id !== undefined) minted.set(req, id)
  return id
}
