import type { NotificationTemplate } from '@murmuration/contracts'

/** How a user wants to be told. */
export interface Wishes {
  /** False: never by e-mail; it is noted in the log only. */
  readonly email: boolean
  /** What the user does not want to be told of at all. */
  readonly muted: readonly NotificationTemplate[]
}

/** A row of `preferences`. */
export interface Preference extends Wishes {
  readonly userId: string
  readonly changedAt: string
}

/** Of a user who never said anything. */
export const defaultWishes: Wishes = { email: true, muted: [] }
