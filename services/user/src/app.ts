import type { Runtime } from '@murmuration/choreography'
import { authenticate, createApp, opsRoutes, readyBy, restatement } from '@murmuration/http'
import type { Redis } from 'ioredis'
import { restateUser } from './commands/restate-user.ts'
import { type LoginLimits, loginGuard } from './login-guard.ts'
import { passwordWeakness } from './password-strength.ts'
import { passwords } from './passwords.ts'
import type { Context } from './routes/context.ts'
import { routes } from './routes.ts'
import type { Database } from './store/client.ts'
import { refreshStore } from './store/refresh-tokens.ts'
import { keyStore } from './store/signing-keys.ts'
import { userStore } from './store/users.ts'
import { tokens } from './tokens.ts'

interface Parts {
  runtime: Pick<Runtime, 'execute' | 'readiness' | 'parking'>
  database: Database
  redis: Redis
  limits: LoginLimits
}

/** Puts the service together over its runtime, database and Redis. */
export async function userApp({ runtime, database, redis, limits }: Parts) {
  const keys = keyStore(database)
  await keys.ensureOne()
  const context: Context = {
    execute: (command, input) => runtime.execute(command, input),
    users: userStore(database),
    refreshTokens: refreshStore(database),
    keys,
    tokens: tokens(keys),
    passwords: await passwords(),
    weakness: passwordWeakness(),
    guard: loginGuard(redis, limits),
  }
  const known = authenticate({ keys: context.tokens.find, keysMaxAgeMs: 1000 })
  const restate = restatement(context.users.ids, (userId) => runtime.execute(restateUser, { userId }))
  const app = createApp({
    name: 'user',
    readiness: { choreography: readyBy(() => runtime.readiness()) },
    routes: [...routes(context, known), opsRoutes({ parking: runtime.parking, restate, authenticate: known })],
  })
  return { app, context }
}
