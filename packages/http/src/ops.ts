import express, { type RequestHandler, type Router } from 'express'
import { z } from 'zod'
import { requireRole } from './authenticate.ts'
import { wholeNumber } from './formats.ts'
import { problem } from './problem.ts'
import type { Restate } from './restatement.ts'
import { validated } from './validated.ts'

/** Which messages to handle again: ids, or all of a key, or all. `data` replaces the data of a single one. */
export interface ReplayOrder {
  readonly ids?: readonly string[] | undefined
  readonly key?: string | undefined
  readonly all?: boolean | undefined
  readonly data?: unknown
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean
  readonly ratePerSecond?: number | undefined
}

/** What the choreography runtime offers for parked messages: its `runtime.parking`. */
export interface ParkingOps {
  list(filter: { key?: string | undefined; topic?: string | undefined; limit?: number | undefined }): Promise<readonly object[]>
  show(id: string): Promise<object | undefined>
  replay(order: ReplayOrder, signal?: AbortSignal): Promise<object>
  discard(ids: readonly string[], reason: string): Promise<number>
}

const text = z.string().min(1).max(300)
const filter = z.strictObject({
  key: text.optional(),
  topic: text.optional(),
  limit: wholeNumber(1, 1000).default(100),
})
const ids = z.array(text).min(1).max(1000)
const replay = z
  .strictObject({
    ids: ids.optional(),
    key: text.optional(),
    all: z.literal(true).optional(),
    data: z.unknown().optional(),
    dryRun: z.boolean().default(true),
    ratePerSecond: z.number().positive().max(10_000).optional(),
  })
  .refine(({ ids: one, key, all }) => [one, key, all].filter((each) => each !== undefined).length === 1, 'exactly one of ids, key, all')
  .refine((request) => request.data === undefined || request.ids?.length === 1, 'data only with a single id')

const page = z.strictObject({ after: text.optional(), limit: z.coerce.number().int().min(1).max(1000).default(500) })

interface OpsOptions {
  parking: ParkingOps
  /** Of a service whose facts others keep. */
  restate?: Restate
  authenticate: RequestHandler
}

/** For administrators: `/ops/parked` (list, show, replay, which is a dry run unless told otherwise, discard), and `/ops/restate`. */
export function opsRoutes({ parking, restate, authenticate }: OpsOptions): Router {
  const router = express.Router()
  router.use('/ops', authenticate, requireRole('admin'))
  router.get(
    '/ops/parked',
    validated({ query: filter }, async ({ query }, _req, res) => {
      res.json({ items: await parking.list(query) })
    }),
  )
  router.get(
    '/ops/parked/:id',
    validated({ params: z.object({ id: text }) }, async ({ params }, _req, res) => {
      const found = await parking.show(params.id)
      if (!found) throw problem(404, 'not_found', 'No such parked message.')
      res.json(found)
    }),
  )
  router.post(
    '/ops/parked/replay',
    validated({ body: replay }, async ({ body }, _req, res) => {
      // Whoever goes away aborts the replay: it can take long.
      const aborted = new AbortController()
      res.on('close', () => aborted.abort())
      res.json(await parking.replay(body, aborted.signal))
    }),
  )
  router.post(
    '/ops/parked/discard',
    validated({ body: z.strictObject({ ids, reason: text }) }, async ({ body }, _req, res) => {
      res.json({ discarded: await parking.discard(body.ids, body.reason) })
    }),
  )
  if (restate !== undefined)
    router.post(
      '/ops/restate',
      validated({ query: page }, async ({ query }, _req, res) => {
        res.json(await restate(query.after, query.limit))
      }),
    )
  return router
}
