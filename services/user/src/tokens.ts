import { type KeyFinder, newId, tokenAudience, tokenIssuer, tokenType } from '@murmuration/http'
import { type CryptoKey, createLocalJWKSet, importJWK, type JSONWebKeySet, SignJWT } from 'jose'
import { publishedKeys, signingKey } from './domain/key-ring.ts'
import type { Role } from './domain/user.ts'
import type { KeyStore, StoredKey } from './store/signing-keys.ts'

/** Seconds that an access token is valid. */
export const accessSeconds = 24 * 3600

export interface Tokens {
  /** A fresh access token. */
  issue(user: { userId: string; role: Role }): Promise<string>
  /** The public keys, as `/.well-known/jwks.json` shows them. */
  keySet(): Promise<JSONWebKeySet>
  /** For this service's own checks. */
  find: KeyFinder
  /** Looks at the table again at the next use. */
  reread(): void
}

// Another instance may have rotated the keys: look at the table again after this time.
const rereadMs = 1000

export function tokens(store: KeyStore): Tokens {
  let held: { keys: readonly StoredKey[]; at: number } | undefined
  const imported = new Map<string, CryptoKey>()

  async function keys(): Promise<readonly StoredKey[]> {
    if (!held || Date.now() - held.at > rereadMs) held = { keys: await store.all(), at: Date.now() }
    return held.keys
  }
  async function privateKey({ kid, privateJwk }: StoredKey): Promise<CryptoKey> {
    const known = imported.get(kid)
    if (known) return known
    const key = (await importJWK(privateJwk, 'ES256')) as CryptoKey
    imported.set(kid, key)
    return key
  }
  const keySet = async () => ({ keys: publishedKeys(await keys(), Date.now()).map(({ publicJwk }) => publicJwk) })

  return {
    async issue({ userId, role }) {
      const key = signingKey(await keys(), Date.now())
      if (!key) throw new Error('there is no key to sign with')
      return new SignJWT({ role })
        .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: tokenType })
        .setIssuer(tokenIssuer)
        .setAudience(tokenAudience)
        .setSubject(userId)
        .setJti(newId())
        .setIssuedAt()
        .setExpirationTime(`${accessSeconds}s`)
        .sign(await privateKey(key))
    },
    keySet,
    reread() {
      held = undefined
    },
    find: async (header, token) => createLocalJWKSet(await keySet())(header, token),
  }
}
