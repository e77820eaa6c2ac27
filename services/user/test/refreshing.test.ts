import type { Express } from 'express'
import fc from 'fast-check'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graceSeconds } from '../src/store/refresh-tokens.ts'
import { type Harness, startUser } from './harness.ts'

let user: Harness
let other: Express
beforeAll(async () => {
  user = await startUser()
  other = await user.another()
})
afterAll(() => user.stop())

const refresh = (refreshToken: string, app = user.app) => request(app).post('/auth/refresh').send({ refreshToken })
const nextOf = async (refreshToken: string, app?: Express): Promise<string> =>
  (await refresh(refreshToken, app).expect(200)).body.refreshToken
const loggedIn = async () => user.as((await user.register()).email)
/** Lets all tokens of a login have been used so much longer ago. */
const age = (userId: string, seconds: number) =>
  user.under.query(
    `UPDATE refresh_tokens t SET "usedAt" = "usedAt" - make_interval(secs => $2) FROM token_families f
     WHERE f."familyId" = t."familyId" AND f."userId" = $1`,
    [userId, seconds],
  )

it('gives new tokens for a refresh token, each of which works once', async () => {
  let { refreshToken } = await loggedIn()
  const seen = new Set([refreshToken])
  for (let i = 0; i < 3; i++) seen.add((refreshToken = await nextOf(refreshToken)))
  expect(seen.size).toBe(4)
})

describe('the same refresh token again', () => {
  // fault: refresh token
  it('within seconds gives the same successor, at every instance: the answer may have got lost', async () => {
    const { refreshToken } = await loggedIn()
    const first = (await refresh(refreshToken).expect(200)).body
    const again = (await refresh(refreshToken, other).expect(200)).body
    expect([again.refreshToken, again.refreshExpiresAt]).toEqual([first.refreshToken, first.refreshExpiresAt])
    // Neither has ended the login.
    await nextOf(await nextOf(first.refreshToken))
  })

  // fault: refresh token
  it('at the same time, of many tabs at two instances, gives all of them the same successor, which works', async () => {
    for (let round = 0; round < 10; round++) {
      const { refreshToken } = await loggedIn()
      const tabs = Array.from({ length: 16 }, (_, tab) => nextOf(refreshToken, tab % 2 === 0 ? user.app : other))
      const [next = '', ...more] = new Set(await Promise.all(tabs))
      expect(more).toEqual([])
      await nextOf(next)
    }
  })

  it('after a crash between using it and making its successor, gives the successor', async () => {
    const { userId, email } = await user.register()
    const { refreshToken } = await user.as(email)
    const next = await nextOf(refreshToken)
    await user.under.query(
      `DELETE FROM refresh_tokens t USING token_families f WHERE f."familyId" = t."familyId" AND f."userId" = $1 AND t."usedAt" IS NULL`,
      [userId],
    )
    await refresh(next).expect(401)
    expect(await nextOf(refreshToken)).toBe(next)
    await nextOf(next)
  })

  // fault: refresh token
  it('later ends the whole login, and no other: it was stolen', async () => {
    const { userId, email } = await user.register()
    const [{ refreshToken }, elsewhere] = [await user.as(email), await user.as(email)]
    const next = await nextOf(refreshToken)
    await age(userId, graceSeconds + 1)
    await refresh(refreshToken, other).expect(401)
    await refresh(next).expect(401)
    await nextOf(elsewhere.refreshToken)
  })

  it('of many at once, later, is refused to all of them', async () => {
    const { userId, email } = await user.register()
    const { refreshToken } = await user.as(email)
    await nextOf(refreshToken)
    await age(userId, graceSeconds + 1)
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([401]))
  })

  it('by a user who was suspended meanwhile, is refused', async () => {
    const { userId, email } = await user.register()
    const { refreshToken } = await user.as(email)
    await nextOf(refreshToken)
    await user.under.query(`UPDATE users SET status = 'suspended' WHERE "userId" = $1`, [userId])
    await refresh(refreshToken).expect(401)
  })
})

it('does what its rules say, whoever refreshes which token when', async () => {
  type Step = { use: number; at: 0 | 1 } | { wait: number } | 'logout'
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ use: fc.nat(5), at: fc.constantFrom<0 | 1>(0, 1) }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, 4, graceSeconds + 1) }) },
    { weight: 1, arbitrary: fc.constant<Step>('logout') },
  )
  const { userId, email } = await user.register()
  const runs = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    // The model: the chain of tokens that is known, and since how many seconds each is used.
    const chain = [(await user.as(email)).refreshToken]
    const usedFor: number[] = []
    let ended = false
    for (const each of steps) {
      if (each === 'logout') {
        await request(user.app).post('/auth/logout').send({ refreshToken: chain[0] }).expect(204)
        ended = true
      } else if ('wait' in each) {
        await age(userId, each.wait)
        for (const [index, seconds] of usedFor.entries()) usedFor[index] = seconds + each.wait
      } else {
        const index = Math.min(each.use, chain.length - 1)
        ended ||= (usedFor[index] ?? 0) > graceSeconds
        const { status, body } = await refresh(chain[index] ?? '', each.at === 0 ? user.app : other)
        expect(status).toBe(ended ? 401 : 200)
        if (ended) continue
        expect(body.refreshToken).toBe(chain[index + 1] ?? body.refreshToken)
        chain[index + 1] = body.refreshToken
        usedFor[index] ??= 0
      }
    }
    expect(new Set(chain).size).toBe(chain.length)
  })
  await fc.assert(runs, { numRuns: 60 })
}, 60_000)

// row 2
it('takes no refresh token as an access token, and the other way round; keeps none as it is', async () => {
  const { refreshToken, bearer } = await loggedIn()
  const next = await nextOf(refreshToken)
  await request(user.app).get('/users/me').set('authorization', `Bearer ${refreshToken}`).expect(401)
  await refresh(bearer.slice(7, 200)).expect(401)
  const kept = JSON.stringify(await user.under.query('SELECT to_json(t) AS row FROM refresh_tokens t'))
  for (const token of [refreshToken, next]) expect(kept).not.toContain(token)
})

it('ends with the logout, also for those who come again', async () => {
  const { refreshToken } = await loggedIn()
  await nextOf(refreshToken)
  await request(user.app).post('/auth/logout').send({ refreshToken }).expect(204)
  await refresh(refreshToken).expect(401)
  await request(user.app).post('/auth/logout').send({ refreshToken: 'rt_unknown' }).expect(204)
})
