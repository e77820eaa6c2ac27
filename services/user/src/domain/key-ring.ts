/** A signing key's life. Times are milliseconds since 1970; the old key signs until a younger one is active. */
export interface KeyLife {
  readonly kid: string
  readonly activeFrom: number
  readonly withdrawAt: number | null
}

/** Services look for new keys once a minute: a key that waits longer than that before it signs is known everywhere when it does. */
export const leadMs = 65_000

const isWithdrawn = (key: KeyLife, now: number): boolean => key.withdrawAt !== null && key.withdrawAt <= now

/** The youngest key that may sign now; undefined when there is none. */
export function signingKey<Key extends KeyLife>(keys: readonly Key[], now: number): Key | undefined {
  return keys.filter((key) => key.activeFrom <= now && !isWithdrawn(key, now)).sort((a, b) => b.activeFrom - a.activeFrom)[0]
}

/** The keys that tokens may be signed with, those that wait for their turn included. */
export function publishedKeys<Key extends KeyLife>(keys: readonly Key[], now: number): Key[] {
  return keys.filter((key) => !isWithdrawn(key, now))
}

export interface Rotation {
  /** How long tokens of the old keys stay valid after the new one has taken over. */
  readonly graceMs: number
  /** Without waiting until everybody knows the new key: for a key that has leaked. */
  readonly immediately: boolean
}

/** When the new key takes over, and when each of the others goes. A withdrawal that was set earlier stays. */
export function rotation(keys: readonly KeyLife[], { graceMs, immediately }: Rotation, now: number) {
  const activeFrom = immediately ? now : now + leadMs
  const withdrawals = publishedKeys(keys, now).map(({ kid, withdrawAt }) => ({
    kid,
    withdrawAt: Math.min(withdrawAt ?? Infinity, activeFrom + graceMs),
  }))
  return { activeFrom, withdrawals }
}
