import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { jwksPath } from '../authenticate.ts'
import { type Role, tokenAudience, tokenIssuer, tokenType } from '../token-verifier.ts'

/** Stands in for the user service in tests: serves a key set and signs tokens. */
export interface TestIssuer {
  /** Base URL, to be used as USER_URL. */
  url: string
  /** How often the key set was fetched. */
  fetches(): number
  /** `Bearer …` for a request's Authorization. */
  bearer(userId: string, role?: Role): Promise<string>
  /** A token with any claims and header on top of the right ones. */
  token(claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>
  /** Signs with a new key from now on; `keepOld` false withdraws the old one. */
  rotate(options?: { keepOld?: boolean }): Promise<void>
  close(): Promise<void>
}

async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}

export async function testIssuer(): Promise<TestIssuer> {
  let keys = [await makeKey('key-1')]
  let made = 1
  let fetches = 0
  const server = createServer((req, res) => {
    if (req.url !== jwksPath) {
      res.writeHead(404).end()
      return
    }
    fetches++
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const token: TestIssuer['token'] = async (claims = {}, header = {}) => {
    const key = keys.at(-1)
    if (!key) throw new Error('no key')
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ iss: tokenIssuer, aud: tokenAudience, iat: now, exp: now + 3600, role: 'user', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: tokenType, ...header })
      .sign(key.privateKey)
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetches: () => fetches,
    token,
    bearer: async (userId, role = 'user') => `Bearer ${await token({ sub: userId, role })}`,
    async rotate({ keepOld = true } = {}) {
      made++
      const fresh = await makeKey(`key-${made}`)
      keys = keepOld ? [...keys, fresh] : [fresh]
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
