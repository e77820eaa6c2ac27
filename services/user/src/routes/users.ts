import { principalOf, problem, requireRole, unauthorized, validated } from '@murmuration/http'
import { inSpan } from '@murmuration/telemetry'
import express, { type RequestHandler, type Router } from 'express'
import { changeStatus } from '../commands/change-status.ts'
import { publicUser, type Status } from '../domain/user.ts'
import { accessSeconds } from '../tokens.ts'
import type { Context } from './context.ts'
import { idParams } from './input.ts'

export function userRoutes({ execute, users, refreshTokens }: Context, authenticate: RequestHandler): Router {
  const router = express.Router()
  router.use('/users', authenticate)

  // For the gateway, as the key set is: whose tokens to refuse. Twice as long as a token lives, whatever the clocks of those who wrote it say.
  router.get('/suspended-users', async (_req, res) => {
    res.setHeader('cache-control', 'no-store')
    res.json({ userIds: await users.notActiveSince(new Date(Date.now() - 2 * accessSeconds * 1000)) })
  })

  router.get('/users/me', async (req, res) => {
    const user = await users.byId(principalOf(req).userId)
    if (user?.status !== 'active') throw unauthorized('This account is not active.')
    res.json(publicUser(user))
  })

  router.get(
    '/users/:id',
    validated({ params: idParams }, async ({ params }, req, res) => {
      const { userId, role } = principalOf(req)
      const user = userId === params.id || role === 'admin' ? await inSpan('user.get_by_id', () => users.byId(params.id)) : undefined
      if (!user) throw problem(404, 'user_not_found', 'There is no such user.')
      res.json(publicUser(user))
    }),
  )

  const becomes = (status: Status) =>
    validated({ params: idParams }, async ({ params }, req, res) => {
      const user = await execute(changeStatus, { userId: params.id, status, by: principalOf(req).userId })
      if (status !== 'active') await refreshTokens.endAll(params.id)
      res.json(user)
    })
  const admin = requireRole('admin')
  router.post('/users/:id/suspend', admin, becomes('suspended'))
  router.post('/users/:id/reactivate', admin, becomes('active'))
  router.delete('/users/:id', admin, becomes('deleted'))
  return router
}
