import { newId } from '@murmuration/http'
import { uniqueName } from '@murmuration/testing'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administrator, type Harness, password, startUser } from './harness.ts'

let user: Harness
beforeAll(async () => {
  user = await startUser()
})
afterAll(() => user.stop())

const registration = (more: object = {}) => {
  const name = `u${newId().slice(-12)}`
  return { email: `${name}@example.org`, username: name, password, fullName: 'Ada Lovelace', ...more }
}

describe('registering', () => {
  it('makes a user under the gateway’s id, once, and says so to everybody', async () => {
    const id = newId()
    const sent = registration({ email: `Ada.${id}@Example.org` })
    const post = () => request(user.app).post('/auth/register').set('saga-id', id).send(sent)
    const { body } = await post().expect(201).expect('location', `/users/${id}`)
    expect(body).toMatchObject({ userId: id, email: `ada.${id}@example.org`, role: 'user', status: 'active', phone: null })
    expect((await post().expect(201)).body).toMatchObject({ userId: id })
    const otherPassword = { ...sent, password: `${password}!` }
    const other = await request(user.app).post('/auth/register').set('saga-id', id).send(otherPassword).expect(422)
    expect(other.body.code).toBe('idempotency_key_reused')
    expect(await user.under.emitted(id)).toEqual([
      { type: 'UserRegistered', data: { userId: id, email: `ada.${id}@example.org`, username: sent.username, fullName: 'Ada Lovelace' } },
    ])
  })

  it('keeps passwords as argon2id hashes only, and shows them nowhere', async () => {
    const { userId } = await user.register()
    const [row] = await user.under.query<{ passwordHash: string }>('SELECT "passwordHash" FROM users WHERE "userId" = $1', [userId])
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const everything = await user.under.query('SELECT to_json(u) AS row FROM users u')
    expect(JSON.stringify([everything, await user.under.emitted()])).not.toContain(password)
  })

  it('gives an address and a name to one of twenty who want them at the same time', async () => {
    const sent = registration()
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(user.app).post('/auth/register').send(sent)))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, ...Array(19).fill(409)])
    const again = { ...registration(), username: sent.username.toUpperCase() }
    expect((await request(user.app).post('/auth/register').send(again).expect(409)).body.code).toBe('username_taken')
  })

  it.each([
    ['role', { role: 'admin' }],
    ['status', { status: 'active' }],
    ['userId', { userId: newId() }],
    ['password', { password: 'short' }],
    ['email', { email: 'nobody' }],
    ['username', { username: 'a b' }],
  ])('refuses %s with 400', async (field, more) => {
    const { body } = await request(user.app).post('/auth/register').send(registration(more)).expect(400)
    expect(body.errors).toEqual([expect.objectContaining({ field })])
  })
})

describe('logging in', () => {
  it('gives a day’s access token, signed by a published key', async () => {
    const { email, userId } = await user.register()
    const { body, headers } = await user.login(email.toUpperCase()).expect(200)
    const claims = decodeJwt(body.accessToken)
    expect(claims).toMatchObject({ iss: 'murmuration-user', aud: 'murmuration', sub: userId, role: 'user' })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(24 * 3600)
    expect(headers['cache-control']).toBe('no-store')
    const { keys } = (await request(user.app).get('/.well-known/jwks.json').expect(200)).body
    expect(keys.map(({ kid }: { kid: string }) => kid)).toContain(decodeProtectedHeader(body.accessToken).kid)
    expect(JSON.stringify(keys)).not.toContain('"d"')
    const me = await request(user.app).get('/users/me').set('authorization', `Bearer ${body.accessToken}`).expect(200)
    expect(me.body).toMatchObject({ userId, email })
    expect(me.body).not.toHaveProperty('passwordHash')
  })

  it('answers the same, in similar time, for an unknown user and a wrong password', async () => {
    const { email } = await user.register()
    const timed = async (address: string) => {
      const start = performance.now()
      const { status, body } = await user.login(address, 'wrong password')
      return { ms: performance.now() - start, said: { ...body, status, requestId: '' } }
    }
    const [wrong, unknown] = [await timed(email), await timed('nobody@example.org')]
    expect(unknown.said).toEqual(wrong.said)
    expect(wrong.said).toMatchObject({ status: 401, code: 'invalid_credentials' })
    // Both hash: some 20 ms, where a plain look-up takes 2.
    expect(unknown.ms).toBeGreaterThan(wrong.ms / 4)
  })

  // row 10
  it('stops guessing with 429, while others log in', async () => {
    const [victim, other] = [await user.register(), await user.register()]
    const [attacker, home] = [uniqueName('address'), uniqueName('address')]
    const attack = await Promise.all(Array.from({ length: 30 }, () => user.login(victim.email, 'wrong password', attacker)))
    expect(attack.map(({ status }) => status).sort((a, b) => a - b)).toEqual([...Array(5).fill(401), ...Array(25).fill(429)])
    const refused = await user.login(victim.email, password, attacker).expect(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    await user.login(victim.email, password, home).expect(200)
    await user.login(other.email, password, attacker).expect(200)
  })

  it('forgets wrong attempts after a right one', async () => {
    const { email } = await user.register()
    const home = uniqueName('address')
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 3; i++) await user.login(email, 'wrong password', home).expect(401)
      await user.login(email, password, home).expect(200)
    }
  })

  it('limits guessing without Redis too', async () => {
    const alone = await startUser({ redisUrl: 'redis://127.0.0.1:9' })
    try {
      const { email } = await alone.register()
      for (let i = 0; i < 5; i++) await alone.login(email, 'wrong password', '10.0.0.9').expect(401)
      await alone.login(email, 'wrong password', '10.0.0.9').expect(429)
      await alone.login(email, password, '10.0.0.10').expect(200)
    } finally {
      await alone.stop()
    }
  })
})

it('makes the first administrator once', async () => {
  await user.login(administrator.email, administrator.password).expect(200)
  const rows = await user.under.query("SELECT 1 FROM users WHERE role = 'admin'")
  expect(rows).toHaveLength(1)
})
