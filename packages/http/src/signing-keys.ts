import { Transient } from '@murmuration/contracts'
import { suppressed } from '@murmuration/telemetry'
import { type CryptoKey, createRemoteJWKSet, customFetch, errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose'

/** Finds the public key of a token's header. */
export type KeyFinder = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>

export interface KeySource {
  /** Where the same key set can be had (base URL + `jwksPath`), tried in turn. */
  jwksUrls: readonly string[]
  /** Older keys are fetched again before they are used, default 60 s. Decides how long a withdrawn key still works. */
  keysMaxAgeMs?: number
  /** Keys that could not be fetched again are used so long, default 1 h. */
  keysStaleMs?: number
  /** Unknown key ids cause one fetch in this time, default 5 s. */
  refetchCooldownMs?: number
}

const failurePauseMs = 1000

function failover(urls: readonly string[]): (url: string, options: RequestInit) => Promise<Response> {
  let first = 0
  let pausedUntil = 0
  return async (_url, options) => {
    // Without a pause every request with an unknown token would try again while the issuer is gone.
    if (Date.now() < pausedUntil) throw new Transient('the token keys are not available')
    for (let tried = 0; tried < urls.length; tried++) {
      const url = urls[(first + tried) % urls.length] ?? ''
      // Not a part of the request that happens to need the keys.
      const answer = await suppressed(() => fetch(url, options)).catch(() => undefined)
      if (answer?.status === 200) {
        first = (first + tried) % urls.length
        return answer
      }
      await answer?.body?.cancel()
    }
    pausedUntil = Date.now() + failurePauseMs
    throw new Transient('the token keys are not available')
  }
}

/** The issuer's public keys, fetched when needed and kept. Rejects with `Transient` when they cannot be had, and with JWKSNoMatchingKey. */
export function signingKeys({ jwksUrls, keysMaxAgeMs = 60_000, keysStaleMs = 3_600_000, refetchCooldownMs = 5000 }: KeySource): KeyFinder {
  const [first] = jwksUrls
  if (first === undefined) throw new Error('no address of the token keys')
  const remote = createRemoteJWKSet(new URL(first), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: refetchCooldownMs,
    timeoutDuration: 3000,
    [customFetch]: failover(jwksUrls),
  })
  let fetchedAt = 0
  const reload = async () => {
    await remote.reload()
    fetchedAt = Date.now()
  }
  return async (header, token) => {
    if (Date.now() - fetchedAt > keysMaxAgeMs)
      await reload().catch((error: unknown) => {
        if (Date.now() - fetchedAt <= keysStaleMs) return
        throw error instanceof Transient ? error : new Transient('the token keys are not available', { cause: error })
      })
    try {
      return await remote(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof Transient) throw error
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) throw error
      throw new Transient('the token keys are not available', { cause: error })
    }
  }
}
