import { changePreference } from '@murmuration/notification/commands/change-preference'
import { changeRule } from '@murmuration/risk/commands/change-rule'
import type { World } from '@murmuration/simulation'
import { changeStatus } from '@murmuration/user/commands/change-status'
import { registerUser } from '@murmuration/user/commands/register-user'
import { restateUser } from '@murmuration/user/commands/restate-user'
import { idOf } from '../workload/ids.ts'
import { BLOCKED_COUNTRY } from '../workload/plan.ts'
import type { Perform } from './deed.ts'

export async function register(world: World, user: number): Promise<void> {
  const name = `user-${user}`
  await world.execute('user', registerUser, {
    userId: idOf('user', user),
    email: `${name}@example.com`,
    username: name,
    passwordHash: 'none',
    fullName: name,
    phone: null,
    role: 'user',
  })
}

/** An administrator suspends a user, takes it back, and has the user told again. */
export async function suspendAndLetIn(world: World, user: number): Promise<void> {
  for (const status of ['suspended', 'active'] as const)
    await world.execute('user', changeStatus, { userId: idOf('user', user), status, by: idOf('user', 999_999) })
  await world.execute('user', restateUser, { userId: idOf('user', user) })
}

/** One country whose orders the risk service always rejects. */
export const blockCountry = (world: World): Promise<unknown> =>
  world.execute('risk', changeRule, { name: 'country_blocked', params: { countries: [BLOCKED_COUNTRY] }, changedBy: idOf('user', 0) })

export const prefer: Perform<'prefer'> = async ({ user, email, muted }, { world }) => {
  await world.execute('notification', changePreference, { userId: idOf('user', user), email, muted })
  return muted.length === 0 ? `e-mail ${email ? 'wanted' : 'not wanted'}` : `not to be told of ${muted.join(', ')}`
}
