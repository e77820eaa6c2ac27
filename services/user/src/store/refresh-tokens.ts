import { createHmac, hash, randomBytes } from 'node:crypto'
import { newId } from '@murmuration/http'
import type { Database } from './client.ts'

/** A refresh token as it is given out, once; only its hash is kept. */
export interface IssuedRefresh {
  readonly token: string
  readonly expiresAt: Date
}

export type Refreshed =
  | { readonly outcome: 'rotated'; readonly userId: string; readonly issued: IssuedRefresh }
  | { readonly outcome: 'refused' }

/**
 * Seconds in which a token gives the same successor again: two tabs refresh at once, or an answer was lost and the client (or the gateway, within its 10 s)
 * asks again. Short, because for so long a thief of the token is not noticed, either.
 */
export const graceSeconds = 10

const lifeMs = 30 * 24 * 3600_000
const hashOf = (token: string): string => hash('sha256', token, 'base64url')
const saltOf = (): Buffer<ArrayBuffer> => randomBytes(32) as Buffer<ArrayBuffer>
const expiry = (): Date => new Date(Date.now() + lifeMs)

/** The same for all who ask, whichever instance they ask; known to nobody who has only the database, or only the token. */
const successorOf = (token: string, salt: Uint8Array): string => `rt_${createHmac('sha256', token).update(salt).digest('base64url')}`

/** Refresh tokens: each works once and gives the next one. One that is used again, after the grace, was stolen, so its whole family ends. */
export function refreshStore(database: Database) {
  const revoke = (where: { familyId: string } | { userId: string }, reason: 'logout' | 'reuse' | 'status') =>
    database.tokenFamily.updateMany({ where: { ...where, revokedAt: null }, data: { revokedAt: new Date(), reason } })

  return {
    async start(userId: string): Promise<IssuedRefresh> {
      const [token, expiresAt] = [`rt_${randomBytes(32).toString('base64url')}`, expiry()]
      await database.tokenFamily.create({ data: { familyId: newId(), userId, tokens: { create: { hash: hashOf(token), expiresAt } } } })
      return { token, expiresAt }
    },

    async rotate(token: string): Promise<Refreshed> {
      const used = hashOf(token)
      // The database's clock, as the instances' may differ. Of several at the same time the first sets time and salt; the others wait, and find them.
      const [taken] = await database.$queryRaw<{ salt: Uint8Array; familyId: string; userId: string }[]>`
        UPDATE refresh_tokens t SET "usedAt" = coalesce(t."usedAt", clock_timestamp()), salt = coalesce(t.salt, ${saltOf()})
        FROM token_families f
        WHERE t.hash = ${used} AND f."familyId" = t."familyId" AND f."revokedAt" IS NULL AND t."expiresAt" > now()
          AND (t."usedAt" IS NULL OR t."usedAt" > now() - make_interval(secs => ${graceSeconds}))
        RETURNING t.salt, f."familyId", f."userId"`
      if (taken === undefined) {
        const found = await database.refreshToken.findUnique({ where: { hash: used } })
        if (found?.usedAt) await revoke({ familyId: found.familyId }, 'reuse')
        return { outcome: 'refused' }
      }
      const { salt, familyId, userId } = taken
      const next = successorOf(token, salt)
      // Whoever comes second, or again after a crash in between, finds it here.
      const [{ expiresAt } = { expiresAt: expiry() }] = await database.$queryRaw<{ expiresAt: Date }[]>`
        INSERT INTO refresh_tokens (hash, "familyId", "expiresAt") VALUES (${hashOf(next)}, ${familyId}, ${expiry()})
        ON CONFLICT (hash) DO UPDATE SET hash = EXCLUDED.hash RETURNING "expiresAt"`
      return { outcome: 'rotated', userId, issued: { token: next, expiresAt } }
    },

    /** Ends the login that the token belongs to; an unknown token ends nothing. */
    async end(token: string): Promise<void> {
      const found = await database.refreshToken.findUnique({ where: { hash: hashOf(token) } })
      if (found) await revoke({ familyId: found.familyId }, 'logout')
    },

    async endAll(userId: string): Promise<void> {
      await revoke({ userId }, 'status')
    },

    /** Deletes what can no longer be used. */
    async prune(): Promise<void> {
      await database.tokenFamily.deleteMany({ where: { tokens: { every: { expiresAt: { lt: new Date() } } } } })
    },
  }
}
export type RefreshStore = ReturnType<typeof refreshStore>
