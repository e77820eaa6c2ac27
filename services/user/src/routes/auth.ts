import { creationId, HttpProblem, problem, unauthorized, validated } from '@murmuration/http'
import { inSpan } from '@murmuration/telemetry'
import express, { type Request, type Router } from 'express'
import { registerUser } from '../commands/register-user.ts'
import { otherRegistration, publicUser, type User } from '../domain/user.ts'
import { countLogin, countRegistration } from '../metrics.ts'
import type { IssuedRefresh } from '../store/refresh-tokens.ts'
import { accessSeconds } from '../tokens.ts'
import type { Context } from './context.ts'
import { credentials, refresh, registration } from './input.ts'

// The gateway says where its client is; it drops what a client says of itself.
const addressOf = (req: Request): string => {
  const told = req.headers['client-address']
  return typeof told === 'string' && told.length <= 64 ? told : (req.socket.remoteAddress ?? 'unknown')
}

const weakPassword = (expected: string): HttpProblem =>
  problem(400, 'weak_password', `In the body: password: expected ${expected}.`, {
    errors: [{ field: 'password', expected, got: 'string' }],
  })

export function authRoutes({ execute, users, refreshTokens, tokens, passwords, weakness, guard }: Context): Router {
  const router = express.Router()

  async function granted(user: User, issued: IssuedRefresh) {
    return {
      accessToken: await tokens.issue(user),
      tokenType: 'Bearer',
      expiresIn: accessSeconds,
      refreshToken: issued.token,
      refreshExpiresAt: issued.expiresAt.toISOString(),
      user: publicUser(user),
    }
  }

  async function owner(email: string, password: string) {
    const user = await users.byEmail(email)
    const known = user?.status === 'deleted' ? undefined : user
    const fit = await passwords.check(password, known?.passwordHash)
    return fit === 'wrong' || known === undefined ? undefined : { known, fit }
  }

  async function login(email: string, password: string, address: string): Promise<User> {
    const found = await guard
      .check(email, address, () => owner(email, password))
      .catch((error: unknown) => {
        if (error instanceof HttpProblem && error.status === 429) countLogin('limited')
        throw error
      })
    if (found === undefined) {
      countLogin('wrong')
      throw problem(401, 'invalid_credentials', 'E-mail address or password is wrong.')
    }
    const { known, fit } = found
    if (known.status === 'suspended') {
      countLogin('suspended')
      throw problem(403, 'account_suspended', 'This account is suspended.')
    }
    if (fit === 'outdated') await users.rehashed(known, await passwords.hash(password))
    countLogin('success')
    return known
  }

  router.post(
    '/auth/register',
    validated({ body: registration }, async ({ body }, req, res) => {
      const { password, phone = null, ...rest } = body
      const expected = await weakness(password, [body.email, body.username, body.fullName])
      if (expected !== undefined) throw weakPassword(expected)
      const passwordHash = await passwords.hash(password)
      const email = body.email.toLowerCase()
      const input = { ...rest, email, phone, passwordHash, userId: creationId(req), role: 'user' as const }
      try {
        const { user, created } = await execute(registerUser, input)
        // A repetition, whose first answer may have got lost, has the same password.
        const same = created || (await passwords.check(password, (await users.byId(user.userId))?.passwordHash)) !== 'wrong'
        if (!same) throw otherRegistration()
        countRegistration(created ? 'registered' : 'repeated')
        res.status(201).location(`/users/${user.userId}`).json(user)
      } catch (error) {
        countRegistration('refused')
        throw error
      }
    }),
  )

  router.post(
    '/auth/login',
    validated({ body: credentials }, async ({ body }, req, res) => {
      const answer = await inSpan('user.login', async () => {
        const user = await login(body.email, body.password, addressOf(req))
        return granted(user, await refreshTokens.start(user.userId))
      })
      res.json(answer)
    }),
  )

  router.post(
    '/auth/refresh',
    validated({ body: refresh }, async ({ body }, _req, res) => {
      const refused = () => unauthorized('The refresh token is not valid.')
      const result = await refreshTokens.rotate(body.refreshToken)
      if (result.outcome === 'refused') throw refused()
      const user = await users.byId(result.userId)
      if (user?.status !== 'active') throw refused()
      res.json(await granted(user, result.issued))
    }),
  )

  router.post(
    '/auth/logout',
    validated({ body: refresh }, async ({ body }, _req, res) => {
      await refreshTokens.end(body.refreshToken)
      res.status(204).end()
    }),
  )

  // Answers with tokens are nobody else's to keep.
  return express
    .Router()
    .use('/auth', (_req, res, next) => {
      res.setHeader('cache-control', 'no-store')
      next()
    })
    .use(router)
}
