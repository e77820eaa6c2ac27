import type { Command } from '@murmuration/choreography'
import type { NotificationTemplate } from '@murmuration/contracts'
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

const templates = [
  'order_confirmed',
  'order_cancelled',
  'payment_refunded',
  'order_failed',
  'return_approved',
  'return_rejected',
] as const satisfies NotificationTemplate[]
const wishes = z.strictObject({ email: z.boolean(), muted: z.array(z.enum(templates)).max(templates.length) })

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
