import { hash, randomBytes } from 'node:crypto'
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

const lifeMs = 30 * 24 * 3600_000
const hashOf = (token: string): string => hash('sha256', token, 'base64url')

function make(): IssuedRefresh & { hash: string } {
  const token = `rt_${randomBytes(32).toString('base64url')}`
  return { token, hash: hashOf(token), expiresAt: new Date(Date.now() + lifeMs) }
}

/** Refresh tokens: each works once and gives the next one. One that is used again was stolen, so its whole family ends. */
export function refreshStore(database: Database) {
  const revoke = (where: { familyId: string } | { userId: string }, reason: 'logout' | 'reuse' | 'status') =>
    database.tokenFamily.updateMany({ where: { ...where, revokedAt: null }, data: { revokedAt: new Date(), reason } })

  return {
    async start(userId: string): Promise<IssuedRefresh> {
      const { token, hash: id, expiresAt } = make()
      await database.tokenFamily.create({ data: { familyId: newId(), userId, tokens: { create: { hash: id, expiresAt } } } })
      return { token, expiresAt }
    },

    async rotate(token: string): Promise<Refreshed> {
      const found = await database.refreshToken.findUnique({ where: { hash: hashOf(token) }, include: { family: true } })
      if (!found || found.family.revokedAt || found.expiresAt <= new Date()) return { outcome: 'refused' }
      const { familyId, userId } = found.family
      // Of two that come at the same time only one marks it as used.
      const { count } = await database.refreshToken.updateMany({ where: { hash: found.hash, usedAt: null }, data: { usedAt: new Date() } })
      if (count === 0) {
        await revoke({ familyId }, 'reuse')
        return { outcome: 'refused' }
      }
      const { token: next, hash: id, expiresAt } = make()
      await database.refreshToken.create({ data: { hash: id, familyId, expiresAt } })
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
