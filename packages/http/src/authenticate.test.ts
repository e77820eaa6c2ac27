import { createHmac } from 'node:crypto'
import express from 'express'
import { base64url, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticate, createApp, jwksUrlsOf, type KeySource, principalOf, requireRole } from './index.ts'
import { type TestIssuer, testIssuer } from './testing/index.ts'

const me = '01890000-0000-7000-8000-000000000001'
let issuer: TestIssuer
beforeEach(async () => {
  issuer = await testIssuer()
})
afterEach(() => issuer.close())

function app(options: Partial<KeySource> & { remembered?: number } = {}) {
  const routes = express.Router().use(authenticate({ jwksUrls: jwksUrlsOf([issuer.url]), ...options }))
  routes.get('/me', (req, res) => {
    res.json({ userId: principalOf(req).userId })
  })
  routes.get('/admin', requireRole('admin'), (_req, res) => {
    res.json({})
  })
  return createApp({ name: 'test', routes: [routes] })
}
const ask = (server: ReturnType<typeof app>, token: string, path = '/me') =>
  request(server).get(path).set('authorization', `Bearer ${token}`)

describe('tokens', () => {
  it('tells who asks, with one fetch of the keys for many requests', async () => {
    const server = app()
    const token = await issuer.token({ sub: me })
    for (let i = 0; i < 5; i++) expect((await ask(server, token)).body).toEqual({ userId: me })
    expect(issuer.fetches()).toBe(1)
  })

  it('keeps users from what is for administrators', async () => {
    const server = app()
    expect((await ask(server, await issuer.token({ sub: me }), '/admin')).status).toBe(403)
    expect((await ask(server, await issuer.token({ sub: me, role: 'admin' }), '/admin')).status).toBe(200)
  })

  // row 11
  it('ignores who the request says it is', async () => {
    expect((await request(app()).get('/me').set('x-user-id', me)).status).toBe(401)
  })

  it.each([
    ['expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['not yet valid', { nbf: Math.floor(Date.now() / 1000) + 600 }],
    ['of another audience', { aud: 'elsewhere' }],
    ['of another issuer', { iss: 'somebody' }],
    ['without a user', { sub: undefined }],
    ['with an unknown role', { role: 'root' }],
    ['that never ends', { exp: undefined }],
  ])('refuses a token %s', async (_what, claims) => {
    const answer = await ask(app(), await issuer.token({ sub: me, ...(claims as JWTPayload) }))
    expect([answer.status, answer.body.code, answer.headers['www-authenticate']]).toEqual([401, 'unauthorized', 'Bearer'])
  })

  // row 2
  it('refuses a token of another type, such as one for refreshing', async () => {
    expect((await ask(app(), await issuer.token({ sub: me }, { typ: 'refresh+jwt' }))).status).toBe(401)
    expect((await request(app()).get('/me').set('authorization', 'Bearer rt_0123456789abcdef')).status).toBe(401)
  })

  // row 1
  it('refuses tokens that bring their own key, without fetching anything', async () => {
    const server = app()
    await ask(server, await issuer.token({ sub: me }))
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    for (const header of [{ jwk }, { jku: `${issuer.url}/evil.json` }, { x5u: `${issuer.url}/evil.pem` }]) {
      const forged = new SignJWT({ iss: 'murmuration-user', aud: 'murmuration', sub: me, role: 'admin', exp: 4e9 })
      const token = await forged.setProtectedHeader({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt', ...header }).sign(privateKey)
      expect((await ask(server, token)).status).toBe(401)
    }
    expect(issuer.fetches()).toBe(1)
  })

  // row 1
  it('refuses alg none and HS256 signed with the public key', async () => {
    const server = app()
    const token = await issuer.token({ sub: me })
    const [, payload] = token.split('.')
    const header = (alg: string) => base64url.encode(JSON.stringify({ alg, kid: 'key-1', typ: 'at+jwt' }))
    const { keys } = (await (await fetch(jwksUrlsOf([issuer.url])[0] ?? '')).json()) as { keys: object[] }
    const unsigned = `${header('HS256')}.${payload}`
    const hmac = createHmac('sha256', JSON.stringify(keys[0])).update(unsigned).digest('base64url')
    for (const forged of [
      `${header('none')}.${payload}.`,
      `${header('none')}.${payload}.AA`,
      `${unsigned}.${hmac}`,
      `${token.slice(0, -4)}AAAA`,
      'x.y.z',
    ])
      expect((await ask(server, forged)).status).toBe(401)
  })

  // row 1
  it('fetches at most once for many unknown key ids', async () => {
    const server = app()
    await ask(server, await issuer.token({ sub: me }))
    for (let i = 0; i < 20; i++) expect((await ask(server, await issuer.token({ sub: me }, { kid: `unknown-${i}` }))).status).toBe(401)
    expect(issuer.fetches()).toBe(1)
  })

  // row 3
  it('takes the old key inside the grace period, and not after it', async () => {
    const server = app({ keysMaxAgeMs: 50, refetchCooldownMs: 0 })
    const old = await issuer.token({ sub: me })
    expect((await ask(server, old)).status).toBe(200)
    await issuer.rotate()
    expect((await ask(server, await issuer.token({ sub: me }))).status).toBe(200)
    expect((await ask(server, old)).status).toBe(200)
    await issuer.rotate({ keepOld: false })
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect((await ask(server, old)).status).toBe(401)
  })

  it('goes on with the keys it has while the issuer is away, and is unavailable without any', async () => {
    const server = app({ keysMaxAgeMs: 1 })
    const token = await issuer.token({ sub: me })
    expect((await ask(server, token)).status).toBe(200)
    const fresh = app()
    await issuer.close()
    expect((await ask(server, token)).status).toBe(200)
    const answer = await ask(fresh, token)
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1'])
  })

  it('takes the keys from the second address when the first is gone', async () => {
    const server = app({ jwksUrls: jwksUrlsOf(['http://127.0.0.1:9', issuer.url]) })
    expect((await ask(server, await issuer.token({ sub: me }))).status).toBe(200)
  })

  it('forgets the token used longest ago when too many are remembered', async () => {
    const server = app({ remembered: 2 })
    for (let i = 0; i < 5; i++) expect((await ask(server, await issuer.token({ sub: me, jti: String(i) }))).status).toBe(200)
  })
})
