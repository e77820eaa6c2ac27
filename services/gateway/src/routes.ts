import { parseInput, problem, unauthorized } from '@murmuration/http'
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import { type Endpoint, prefix, type ServiceName } from './api/endpoint.ts'
import { endpoints } from './api/index.ts'
import { type Call, callOf, send } from './call.ts'
import { refuseCardNumbers } from './card-numbers.ts'
import type { Outcomes } from './events/outcomes.ts'
import { idempotencyKey, type Once } from './idempotency.ts'
import { bound, type Enter } from './overload.ts'
import { preferredWait } from './prefer.ts'
import { type Reply, write } from './reply.ts'
import { madeWithin, sagaOf } from './saga.ts'
import type { Streams } from './stream.ts'
import type { Pool } from './upstream/pool.ts'
import { placeAndWait } from './wait.ts'

export interface Behind {
  pools: Readonly<Record<ServiceName, Pool>>
  once: Once
  outcomes: Outcomes
  streams: Streams
}

const access =
  (wanted: Endpoint['access']): RequestHandler =>
  (req, _res, next) => {
    if (wanted !== 'anybody') {
      if (!req.principal) throw req.refusal ?? unauthorized('An access token is needed: Authorization: Bearer …')
      if (wanted === 'admin' && req.principal.role !== 'admin') throw problem(403, 'forbidden', 'Only for administrators.')
    }
    next()
  }

// A parameter that nobody looks at was meant to do something.
const noQuery = z.strictObject({})

function checked({ params, query, body }: Endpoint, req: Request): { params?: object; body?: unknown } {
  parseInput(query ?? noQuery, req.query, 'query')
  if (!body && req.body !== undefined && Object.keys(req.body as object).length > 0)
    throw problem(400, 'unexpected_body', 'This request takes no body.')
  if (body) refuseCardNumbers(req.body)
  return { ...(params && { params: parseInput(params, req.params, 'path') as object }), ...(body && { body: parseInput(body, req.body) }) }
}

/** What each way of answering does with a checked call. */
function answering(endpoint: Endpoint, { pools, once, outcomes }: Behind) {
  const pool = pools[endpoint.service]
  return async (req: Request, input: { params?: object; body?: unknown }, passOn: () => void): Promise<Reply> => {
    // What is made within a saga has an id of its own.
    const madeId = endpoint.within ? madeWithin(req) : sagaOf(req)
    const seconds = endpoint.waits ? preferredWait(req.headers) : undefined
    const call = callOf(endpoint, req, input, madeId)
    const run = (): Promise<Reply> => {
      // The service behind has a bound of its own.
      passOn()
      if (seconds === undefined || madeId === undefined) return send(pool, call)
      const look: Call = { method: 'GET', path: `${endpoint.to}/${madeId}`, headers: call.headers, repeat: 'always' }
      return placeAndWait({ orderId: madeId, seconds, outcomes, place: () => send(pool, call), look: () => send(pool, look) })
    }
    const key = endpoint.creates ? idempotencyKey(req.headers['idempotency-key']) : undefined
    // What nobody signed in for may hold a password, of which nothing is kept.
    if (key === undefined || madeId === undefined || endpoint.access === 'anybody') return run()
    passOn()
    return once({ sagaId: madeId, method: call.method, path: call.path, body: call.body, seconds }, run)
  }
}

function historyOf(reply: Reply): Reply {
  if (reply.status !== 200) return reply
  const { orderId, status, history } = JSON.parse(reply.body) as Record<string, unknown>
  return { ...reply, body: JSON.stringify({ orderId, status, items: history }) }
}

function handler(endpoint: Endpoint, behind: Behind, enter: Enter) {
  const answer = answering(endpoint, behind)
  return async (req: Request, res: Response): Promise<void> => {
    // However it ends, and whether or not its client is still there.
    const leave = enter()
    try {
      const input = checked(endpoint, req)
      const look = () => answer(req, input, leave)
      if (endpoint.special === 'stream') return await behind.streams.open(req, res, (input.params as { id: string }).id, look)
      const reply = await look()
      write(res, endpoint.special === 'history' ? historyOf(reply) : reply)
    } finally {
      leave()
    }
  }
}

/** The public API, made from its description. */
export function apiRoutes(behind: Behind): Router {
  const router = express.Router()
  // Only whole requests count: who sends his body slowly holds up nobody else.
  const enter = bound()
  for (const endpoint of endpoints) {
    const path = prefix + endpoint.path.replace(/\{(\w+)\}/g, ':$1')
    router[endpoint.method](path, access(endpoint.access), handler(endpoint, behind, enter))
  }
  return router
}
