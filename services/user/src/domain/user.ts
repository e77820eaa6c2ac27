import { type Facts, RuleViolation, UserRegistered, UserRestated, UserStatusChanged } from '@murmuration/contracts'

export type Status = 'active' | 'suspended' | 'deleted'
export type Role = 'user' | 'admin'

/** A user as stored. Times are ISO-8601. The hash never leaves the service. */
export interface User {
  readonly userId: string
  readonly email: string
  readonly username: string
  readonly passwordHash: string
  readonly fullName: string
  readonly phone: string | null
  readonly role: Role
  readonly status: Status
  readonly createdAt: string
  readonly updatedAt: string
  readonly deletedAt: string | null
}

/** A user as others may see it. */
export type PublicUser = Omit<User, 'passwordHash'>

/** Who has an address or a name: a row of its own, so that two users cannot take the same one at the same time. */
export interface Identity {
  readonly identity: string
  readonly userId: string
}

export const emailIdentity = (email: string): string => `email:${email.toLowerCase()}`
export const usernameIdentity = (username: string): string => `username:${username.toLowerCase()}`

export function publicUser({ passwordHash: _, ...user }: User): PublicUser {
  return user
}

/** The machine: what each status may become. A deleted user stays deleted, and keeps the address and the name. */
const transitions: Record<Status, readonly Status[]> = {
  active: ['suspended', 'deleted'],
  suspended: ['active', 'deleted'],
  deleted: [],
}

export interface Registration {
  readonly userId: string
  readonly email: string
  readonly username: string
  readonly passwordHash: string
  readonly fullName: string
  readonly phone: string | null
  readonly role: Role
}

interface RegistrationRows {
  readonly user: User | undefined
  readonly email: Identity | undefined
  readonly username: Identity | undefined
}

// Hashes of the same password differ: whoever asks has to compare the password, too.
const sameRegistration = (user: User, input: Registration): boolean =>
  user.email === input.email && user.username === input.username && user.fullName === input.fullName && user.phone === input.phone

/** The gateway makes the id of an idempotency key. */
export const otherRegistration = () =>
  new RuleViolation('idempotency_key_reused', 'this idempotency key was used for another registration', 422)

export function registerUser(input: Registration, { user, email, username }: RegistrationRows, { now }: Facts) {
  if (user !== undefined) {
    if (sameRegistration(user, input)) return { reply: { user: publicUser(user), created: false } }
    throw otherRegistration()
  }
  if (email !== undefined) throw new RuleViolation('email_taken', 'this e-mail address is registered already')
  if (username !== undefined) throw new RuleViolation('username_taken', 'this user name is taken')
  const at = now.toISOString()
  const registered: User = { ...input, status: 'active', createdAt: at, updatedAt: at, deletedAt: null }
  const { userId, fullName } = input
  return {
    rows: {
      user: registered,
      email: { identity: emailIdentity(input.email), userId },
      username: { identity: usernameIdentity(input.username), userId },
    },
    events: [UserRegistered({ userId, email: input.email, username: input.username, fullName })],
    reply: { user: publicUser(registered), created: true },
  }
}

export interface StatusChange {
  readonly userId: string
  readonly status: Status
  /** The administrator who asks. */
  readonly by: string
}

/** The same status again changes nothing. */
export function changeStatus({ userId, status, by }: StatusChange, { user }: { readonly user: User | undefined }, { now }: Facts) {
  if (user === undefined) throw new RuleViolation('user_not_found', 'there is no such user', 404)
  if (by === userId) throw new RuleViolation('own_account', 'administrators cannot change the status of their own account')
  if (user.status === status) return { reply: publicUser(user) }
  if (!transitions[user.status].includes(status))
    throw new RuleViolation('bad_transition', `a user who is ${user.status} cannot become ${status}`)
  const at = now.toISOString()
  const changed: User = { ...user, status, updatedAt: at, deletedAt: status === 'deleted' ? at : null }
  return { rows: { user: changed }, events: [UserStatusChanged({ userId, status, previous: user.status })], reply: publicUser(changed) }
}

/** Tells who the user is, as if for the first time; nobody is told any more of one who was deleted. */
export function restate({ userId }: { readonly userId: string }, { user }: { readonly user: User | undefined }) {
  if (user === undefined) throw new RuleViolation('user_not_found', 'there is no such user', 404)
  const { email, username, fullName, status } = user
  return { events: status === 'deleted' ? [] : [UserRestated({ userId, email, username, fullName })] }
}
