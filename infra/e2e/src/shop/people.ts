import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { ask, insist } from '../stack/gateway.ts'

export interface Person {
  readonly userId: string
  readonly token: string
}

const login = async (email: string, password: string): Promise<Person> => {
  const { accessToken, user } = await insist(ask('POST', '/auth/login', { body: { email, password } }))
  return { token: String(accessToken), userId: (user as { userId: string }).userId }
}

let administrator: Promise<Person> | undefined

export const admin = (): Promise<Person> => {
  const { email, password } = inject('stack').admin
  administrator ??= login(email, password)
  return administrator
}

/** A new customer, of whom no service has heard before. */
export async function customer(): Promise<Person> {
  const name = `e2e-${randomBytes(6).toString('hex')}`
  const [email, password] = [`${name}@e2e.example`, randomBytes(12).toString('hex')]
  await insist(ask('POST', '/auth/register', { body: { email, username: name, password, fullName: 'Ella Example' } }))
  return login(email, password)
}
