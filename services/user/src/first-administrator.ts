import { newId } from '@murmuration/http'
import { logger } from '@murmuration/telemetry'
import { registerUser } from './commands/register-user.ts'
import type { Context } from './routes/context.ts'

/**
 * Makes the first administrator when there is none with that address. Its password is changed by nobody but itself.
 * @throws Error when ADMIN_PASSWORD would be guessed
 */
export async function ensureAdministrator(
  { execute, users, passwords, weakness }: Pick<Context, 'execute' | 'users' | 'passwords' | 'weakness'>,
  { email, password }: { email: string; password: string },
): Promise<void> {
  if (await users.byEmail(email)) return
  const expected = await weakness(password, [email, 'admin'])
  if (expected !== undefined) throw new Error(`ADMIN_PASSWORD: expected ${expected}`)
  const passwordHash = await passwords.hash(password)
  const administrator = {
    userId: newId(),
    email: email.toLowerCase(),
    username: 'admin',
    passwordHash,
    fullName: 'Administrator',
    phone: null,
  }
  try {
    await execute(registerUser, { ...administrator, role: 'admin' })
    logger('user').info('first administrator made')
  } catch (error) {
    // Another instance was quicker.
    if (!(await users.byEmail(email))) throw error
  }
}
