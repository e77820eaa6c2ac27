import { hash } from 'node:crypto'
import { HttpProblem } from '@murmuration/http'
import { type connectRedis, type Limiter, limiter } from '@murmuration/http/redis'

/** Limits guessing of passwords. */
export interface LoginGuard {
  /**
   * Looks whether a password is right, as long as guesses are left. Only a wrong one (undefined) counts: no right one, and nothing that could not be found
   * out, such as while the database is away. A right one makes up for the wrong ones of its account and address.
   * @throws HttpProblem 429 with Retry-After, without a look
   */
  check<Found>(email: string, address: string, look: () => Promise<Found | undefined>): Promise<Found | undefined>
}

export interface LoginLimits {
  /** Wrong passwords for one account from one address in 15 minutes. */
  perAccount: number
  /** Wrong passwords from one address in 15 minutes. */
  perAddress: number
}

const quarterHour = 15 * 60

/** What becomes of a point that was taken for a guess. */
type End = 'keep' | 'giveBack' | 'reset'

/**
 * Takes a point before a guess, so that many at once do not slip through. Who finds none waits for the guesses of this process that are under way: they may
 * have been right.
 */
function guesses(points: Limiter): (key: string) => Promise<(end: End) => Promise<void>> {
  const underWay = new Map<string, Set<Promise<void>>>()
  async function take(key: string): Promise<void> {
    try {
      await points.take(key)
    } catch (error) {
      const others = underWay.get(key)
      if (others === undefined || !(error instanceof HttpProblem && error.status === 429)) throw error
      await Promise.race(others)
      await take(key)
    }
  }
  return async (key) => {
    await take(key)
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const those = underWay.get(key) ?? new Set()
    underWay.set(key, those.add(ended))
    return async (end) => {
      try {
        if (end !== 'keep') await points[end](key)
      } finally {
        those.delete(ended)
        if (those.size === 0 && underWay.get(key) === those) underWay.delete(key)
        resolve()
      }
    }
  }
}

/**
 * An account is limited per address, so that nobody can lock its owner out from elsewhere. Counts in Redis; while that is away, in memory.
 */
export function loginGuard(redis: ReturnType<typeof connectRedis>, { perAccount, perAddress }: LoginLimits): LoginGuard {
  const common = { redis, seconds: quarterHour, refundable: true }
  const ofAccount = guesses(limiter({ ...common, name: 'login-account', points: perAccount }))
  const ofAddress = guesses(limiter({ ...common, name: 'login-address', points: perAddress }))
  // Redis keeps no addresses in plain text.
  const accountKey = (email: string, address: string): string => hash('sha256', `${email.toLowerCase()}\n${address}`, 'base64url')
  return {
    async check(email, address, look) {
      const account = await ofAccount(accountKey(email, address))
      let end: End = 'giveBack'
      try {
        const whole = await ofAddress(address)
        try {
          const found = await look()
          end = found === undefined ? 'keep' : 'reset'
          return found
        } finally {
          // Others of that address are others.
          await whole(end === 'keep' ? 'keep' : 'giveBack')
        }
      } finally {
        await account(end)
      }
    },
  }
}
