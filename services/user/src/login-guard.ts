import { hash } from 'node:crypto'
import { connectRedis, limiter } from '@murmuration/http/redis'

/** Limits guessing of passwords. Counts attempts before they are checked, so that many at once do not slip through. */
export interface LoginGuard {
  /** @throws HttpProblem 429 with Retry-After */
  attempt(email: string, address: string): Promise<void>
  succeeded(email: string, address: string): Promise<void>
}

export interface LoginLimits {
  /** Wrong passwords for one account from one address in 15 minutes. */
  perAccount: number
  /** Wrong passwords from one address in 15 minutes. */
  perAddress: number
}

const quarterHour = 15 * 60

/**
 * An account is limited per address, so that nobody can lock its owner out from elsewhere. Counts in Redis; while that is away, in memory.
 */
export function loginGuard(redis: ReturnType<typeof connectRedis>, { perAccount, perAddress }: LoginLimits): LoginGuard {
  const accounts = limiter({ redis, name: 'login-account', points: perAccount, seconds: quarterHour })
  const addresses = limiter({ redis, name: 'login-address', points: perAddress, seconds: quarterHour })
  // Redis keeps no addresses in plain text.
  const accountKey = (email: string, address: string): string => hash('sha256', `${email.toLowerCase()}\n${address}`, 'base64url')
  return {
    async attempt(email, address) {
      await accounts.take(accountKey(email, address))
      await addresses.take(address)
    },
    async succeeded(email, address) {
      await Promise.all([accounts.reset(accountKey(email, address)), addresses.giveBack(address)])
    },
  }
}
