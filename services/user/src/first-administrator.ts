import { newId } from '@murmuration/http'
import { logger } from '@murmuration/telemetry'
import { registerUser } from './commands/register-user.ts'
import type { Context } from './routes/context.ts'

/**
 * Makes the first administrator when there is none with that address. Its password is changed by nobody but itself.
 * @throws HttpProblem `weak_password`: ADMIN_PASSWORD would be guessed
 */
export async function ensureAdministrator(
  { execute, users, passwords, strength }: Pick<Context, 'execute' | 'users' | 'passwords' | 'strength'>,
  { email, password }: { email: string; password: string },
): Promise<void> {
  if (await users.byEmail(email)) return
  await strength.insist(password, [email, 'admin'])
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
