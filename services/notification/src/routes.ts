import type { Command } from '@murmuration/choreography'
import { principalOf, validated } from '@murmuration/http'
import express, { type RequestHandler, type Router } from 'express'
import { z } from 'zod'
import { changePreference } from './commands/change-preference.ts'
import type { StoredWishes } from './store/wishes.ts'

interface RoutesOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  readonly wishes: Pick<StoredWishes, 'of'>
  readonly authenticate: RequestHandler
}

const wishes = z.strictObject({
  email: z.boolean(),
  muted: z.array(z.enum(['order_confirmed', 'order_cancelled', 'payment_refunded', 'order_failed'])).max(4),
})

/** A user's own preferences. */
export function preferenceRoutes({ execute, wishes: stored, authenticate }: RoutesOptions): Router {
  const router = express.Router()
  router.get('/preferences', authenticate, async (req, res) => {
    res.json(await stored.of(principalOf(req).userId))
  })
  router.put(
    '/preferences',
    authenticate,
    validated({ body: wishes }, async ({ body }, req, res) => {
      res.json(await execute(changePreference, { userId: principalOf(req).userId, ...body }))
    }),
  )
  return router
}
