import { expect, it } from 'vitest'
import { type KeyLife, leadMs, publishedKeys, rotation, signingKey } from './key-ring.ts'

const now = 1_000_000
const old: KeyLife = { kid: 'old', activeFrom: 0, withdrawAt: null }
const apply = (keys: readonly KeyLife[], how: Parameters<typeof rotation>[1], at: number): KeyLife[] => {
  const { activeFrom, withdrawals } = rotation(keys, how, at)
  const changed = keys.map((key) => ({ ...key, withdrawAt: withdrawals.find(({ kid }) => kid === key.kid)?.withdrawAt ?? key.withdrawAt }))
  return [...changed, { kid: `new-${keys.length}`, activeFrom, withdrawAt: null }]
}

it('publishes a new key before it signs', () => {
  const keys = apply([old], { graceMs: 5000, immediately: false }, now)
  expect(publishedKeys(keys, now).map(({ kid }) => kid)).toEqual(['old', 'new-1'])
  expect(signingKey(keys, now)?.kid).toBe('old')
  expect(signingKey(keys, now + leadMs)?.kid).toBe('new-1')
})

it('publishes the old key for the grace period after its last signature, and not longer', () => {
  const keys = apply([old], { graceMs: 5000, immediately: false }, now)
  expect(publishedKeys(keys, now + leadMs + 4999)).toHaveLength(2)
  expect(publishedKeys(keys, now + leadMs + 5000).map(({ kid }) => kid)).toEqual(['new-1'])
})

it('replaces a leaked key at once', () => {
  const keys = apply([old], { graceMs: 0, immediately: true }, now)
  expect(publishedKeys(keys, now).map(({ kid }) => kid)).toEqual(['new-1'])
  expect(signingKey(keys, now)?.kid).toBe('new-1')
})

it('does not prolong an earlier withdrawal by another rotation', () => {
  const twice = apply(apply([old], { graceMs: 5000, immediately: true }, now), { graceMs: 60_000, immediately: true }, now + 1000)
  expect(twice[0]?.withdrawAt).toBe(now + 5000)
})

it('has nothing to sign with when all keys are withdrawn', () => {
  expect(signingKey([{ ...old, withdrawAt: now }], now)).toBeUndefined()
})
