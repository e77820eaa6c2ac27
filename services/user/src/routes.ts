import type { RequestHandler, Router } from 'express'
import { authRoutes } from './routes/auth.ts'
import type { Context } from './routes/context.ts'
import { keyRoutes } from './routes/keys.ts'
import { userRoutes } from './routes/users.ts'

export const routes = (context: Context, authenticate: RequestHandler): Router[] => [
  authRoutes(context),
  userRoutes(context, authenticate),
  keyRoutes(context, authenticate),
]
