import { type DataOf, type Ignored, ignore, RuleViolation, type UserRegistered, type UserRestated } from '@murmuration/contracts'

/** A row of `recipients`: whom a user id is. */
export interface Recipient {
  readonly userId: string
  readonly email: string
  readonly fullName: string
}

/** Enters a user into the address book. @throws RuleViolation `forged_user` when the user is known by another address */
export function enter(
  known: Recipient | undefined,
  { userId, email, fullName }: DataOf<typeof UserRegistered> | DataOf<typeof UserRestated>,
): { rows: { recipient: Recipient } } | Ignored {
  if (known === undefined) return { rows: { recipient: { userId, email, fullName } } }
  if (known.email === email && known.fullName === fullName) return ignore('repeated: the user is in the address book')
  throw new RuleViolation('forged_user', 'the user registered before, with another address or name')
}
