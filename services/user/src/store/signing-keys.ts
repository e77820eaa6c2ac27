import { newId } from '@murmuration/http'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { type KeyLife, publishedKeys, type Rotation, rotation } from '../domain/key-ring.ts'
import type { Database } from './client.ts'

export interface StoredKey extends KeyLife {
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

/** The signing keys, shared by all instances through the database. */
export function keyStore(database: Database) {
  async function all(): Promise<StoredKey[]> {
    const rows = await database.signingKey.findMany({ orderBy: { activeFrom: 'asc' } })
    return rows.map(({ kid, publicJwk, privateJwk, activeFrom, withdrawAt }) => ({
      kid,
      publicJwk: publicJwk as JWK,
      privateJwk: privateJwk as JWK,
      activeFrom: activeFrom.getTime(),
      withdrawAt: withdrawAt?.getTime() ?? null,
    }))
  }

  async function rotate(how: Rotation): Promise<string> {
    const now = Date.now()
    const { activeFrom, withdrawals } = rotation(await all(), how, now)
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const kid = newId()
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
    const privateJwk = { ...(await exportJWK(privateKey)), kid, alg: 'ES256' }
    await database.$transaction([
      ...withdrawals.map(({ kid: old, withdrawAt }) =>
        database.signingKey.update({ where: { kid: old }, data: { withdrawAt: new Date(withdrawAt) } }),
      ),
      database.signingKey.create({ data: { kid, publicJwk, privateJwk, createdAt: new Date(now), activeFrom: new Date(activeFrom) } }),
    ])
    return kid
  }

  return {
    all,
    rotate,
    /** Two instances that start at the same time may make one each: both are published, the younger one signs. */
    async ensureOne(): Promise<void> {
      if (publishedKeys(await all(), Date.now()).length === 0) await rotate({ graceMs: 0, immediately: true })
    },
  }
}
export type KeyStore = ReturnType<typeof keyStore>
