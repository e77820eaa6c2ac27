import { creationHeader } from '@murmuration/http'
import type { Request } from 'express'
import type { Endpoint } from './api/endpoint.ts'
import { type Reply, replyOf } from './reply.ts'
import { sagaOf } from './saga.ts'
import type { Pool } from './upstream/pool.ts'
import type { Outgoing } from './upstream/send.ts'

/** A request to a service on behalf of a client's. */
export interface Call extends Outgoing {
  repeat: 'always' | 'unsent'
}

const search = (url: string): string => {
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at)
}

/** The headers that services get: all of them ours but the token, which each service checks itself. */
export function headersFor(req: Request, sagaId: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    'x-request-id': req.requestId,
    'client-address': req.ip ?? '',
    ...(req.principal && { authorization: `Bearer ${req.principal.token}` }),
    ...(sagaId !== undefined && { 'saga-id': sagaId }),
  }
}

/**
 * @param input checked, as parsed
 * @param madeId of what the request creates; else the saga that it is about
 */
export function callOf(endpoint: Endpoint, req: Request, input: { params?: object; body?: unknown }, madeId: string | undefined): Call {
  const params = { ...input.params } as Record<string, string>
  const path = endpoint.to.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  return {
    method: endpoint.method.toUpperCase(),
    path: endpoint.query ? path + search(req.originalUrl) : path,
    headers: endpoint.within
      ? { ...headersFor(req, sagaOf(req)), ...(madeId !== undefined && { [creationHeader]: madeId }) }
      : headersFor(req, madeId),
    body: input.body === undefined ? undefined : JSON.stringify(input.body),
    repeat: endpoint.notAgain === true ? 'unsent' : 'always',
  }
}

export async function send(pool: Pool, { repeat, ...request }: Call): Promise<Reply> {
  return replyOf(await pool.send(request, repeat))
}
