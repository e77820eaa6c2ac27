import { connectRedis, redisReady } from '@murmuration/http/redis'
import { eventually, type FlakyTcp, flakyTcp, uniqueName } from '@murmuration/testing'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LoginGuard, loginGuard } from '../src/login-guard.ts'
import { startUser } from './harness.ts'

describe('guesses', () => {
  let redis: Redis
  let guard: LoginGuard
  let [email, address] = ['', '']
  beforeAll(async () => {
    // A database of its own: it changes whatever keys there are.
    redis = connectRedis(new URL('/6', process.env['REDIS_URL']).href)
    await redisReady(redis)
    guard = loginGuard(redis, { perAccount: 5, perAddress: 20 })
  })
  afterAll(() => redis.disconnect())
  beforeEach(async () => {
    await redis.flushdb()
    ;[email, address] = [`${uniqueName('user')}@example.org`, uniqueName('address')]
  })

  const wrong = (of = email) => guard.check(of, address, async () => undefined)
  const right = (of = email) => guard.check(of, address, async () => 'found')
  const broken = (of = email) =>
    guard.check(of, address, async () => {
      throw new Error('the database is away')
    })
  const tooMany = expect.objectContaining({ status: 429 })

  it('are limited by wrong ones only: neither by right ones, nor by what could not be found out', async () => {
    for (let i = 0; i < 30; i++) {
      await expect(broken()).rejects.toThrow('the database is away')
      expect(await right(`${i}${email}`)).toBe('found')
    }
    for (let i = 0; i < 5; i++) expect(await wrong()).toBeUndefined()
    for (let i = 0; i < 3; i++) await expect(right()).rejects.toEqual(tooMany)
  })

  it('may be many at once, as long as they are right', async () => {
    const look = () => new Promise<string>((resolve) => setTimeout(resolve, 5, 'found'))
    const looks = Array.from({ length: 50 }, () => guard.check(email, address, look))
    expect(new Set(await Promise.all(looks))).toEqual(new Set(['found']))
  })

  it('that are wrong are no more than the limit, however many come at once', async () => {
    let looked = 0
    const looks = Array.from({ length: 50 }, () => guard.check(email, address, async () => void looked++))
    await Promise.allSettled(looks)
    expect(looked).toBe(5)
  })

  it('that could not be found out leave room for those that wait', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => broken()))
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the database is away' } })
    expect(await right()).toBe('found')
  })

  it('that are right make up for wrong ones of the same account, and for nobody else’s', async () => {
    for (let i = 0; i < 4; i++) await wrong()
    expect(await right()).toBe('found')
    for (let i = 0; i < 5; i++) await wrong()
    await expect(right()).rejects.toEqual(tooMany)
    // 9 wrong ones of this address so far. Right ones of an account of one's own give none of them back.
    for (let i = 0; i < 10; i++) {
      await wrong(`${i % 3}${email}`)
      expect(await right(`own-${email}`)).toBe('found')
    }
    await wrong(`0${email}`)
    await expect(right(`own-${email}`)).rejects.toEqual(tooMany)
  })

  it('of one account and address are limited again after 15 minutes, also when their count has lost its expiry', async () => {
    for (let i = 0; i < 5; i++) await wrong()
    const keys = await redis.keys('limit:login-account:*')
    for (const each of keys) await redis.persist(each)
    await expect(right()).rejects.toEqual(expect.objectContaining({ status: 429, headers: { 'retry-after': '900' } }))
    const lives = await Promise.all(keys.map((each) => redis.ttl(each)))
    expect(lives.filter((seconds) => seconds > 890)).toHaveLength(1)
  })

  it('that end after their window leave no credit', async () => {
    const started = Promise.withResolvers<void>()
    const slow = guard.check(email, address, async () => {
      await started.promise
      throw new Error('too late')
    })
    slow.catch(() => {})
    await eventually(async () => expect(await redis.exists(`limit:login-address:${address}`)).toBe(1))
    await redis.del(...(await redis.keys('limit:login-*')))
    started.resolve()
    await expect(slow).rejects.toThrow('too late')
    for (let i = 0; i < 5; i++) await wrong()
    await expect(right()).rejects.toEqual(tooMany)
  })
})

describe('while PostgreSQL is away', () => {
  let way: FlakyTcp
  const through = async (databaseUrl: string) => {
    way = await flakyTcp(new URL(databaseUrl))
    return Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(way.port) }).href
  }

  // fault: right passwords
  it('logins with the right password are refused with 503, count for nothing, and work as soon as it is back', async () => {
    const user = await startUser({ way: through })
    try {
      const { email } = await user.register()
      const home = uniqueName('address')
      way.cut()
      for (let i = 0; i < 25; i++) {
        const { headers } = await user.login(email, undefined, home).expect(503)
        expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      }
      const atOnce = await Promise.all(Array.from({ length: 25 }, () => user.login(email, undefined, home)))
      expect(new Set(atOnce.map(({ status }) => status))).toEqual(new Set([503]))
      way.heal()
      await eventually(() => user.login(email, undefined, home).expect(200))
      for (let i = 0; i < 5; i++) await user.login(email, 'wrong password', home).expect(401)
      await user.login(email, undefined, home).expect(429)
    } finally {
      await user.stop()
      await way.close()
    }
  }, 30_000)

  it('requests without sense count for nothing either', async () => {
    const user = await startUser()
    try {
      const { email } = await user.register()
      const home = uniqueName('address')
      for (const given of ['', 'x'.repeat(201)]) for (let i = 0; i < 10; i++) await user.login(email, given, home).expect(400)
      await user.login(email, undefined, home).expect(200)
    } finally {
      await user.stop()
    }
  })
})
