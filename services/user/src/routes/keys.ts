import { jwksPath, requireRole, validated } from '@murmuration/http'
import express, { type RequestHandler, type Router } from 'express'
import type { Context } from './context.ts'
import { keyRotation } from './input.ts'

export function keyRoutes({ keys, tokens }: Context, authenticate: RequestHandler): Router {
  const router = express.Router()
  router.get(jwksPath, async (_req, res) => {
    res.setHeader('cache-control', 'public, max-age=30')
    res.json(await tokens.keySet())
  })
  router.post(
    '/keys/rotate',
    authenticate,
    requireRole('admin'),
    validated({ body: keyRotation }, async ({ body }, _req, res) => {
      const kid = await keys.rotate({ graceMs: body.graceSeconds * 1000, immediately: body.immediately })
      tokens.reread()
      res.status(201).json({ kid })
    }),
  )
  return router
}
