import { randomBytes } from 'node:crypto'
import type { Buyer } from '../load/buyers.ts'
import { type Ask, insist } from '../load/gateway.ts'

/** @throws Error when the gateway says no */
export async function login(ask: Ask, email: string, password: string): Promise<string> {
  const { accessToken } = (await insist(ask('POST', '/auth/login', { body: { email, password } }), `logging ${email} in`)) as {
    accessToken: string
  }
  return accessToken
}

async function register(ask: Ask, name: string): Promise<Buyer> {
  const [email, password] = [`${name}@bench.example`, randomBytes(18).toString('base64url')]
  await insist(ask('POST', '/auth/register', { body: { email, username: name, password, fullName: 'Bench Buyer' } }), 'registering a buyer')
  return { token: await login(ask, email, password) }
}

/** New users, a few at a time: their passwords are hashed slowly on purpose. */
export async function registerBuyers(ask: Ask, count: number): Promise<Buyer[]> {
  const run = randomBytes(4).toString('hex')
  const names = Array.from({ length: count }, (_, index) => `bench-${run}-${index}`).values()
  const buyers: Buyer[] = []
  const worker = async (): Promise<void> => {
    for (const name of names) buyers.push(await register(ask, name))
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  return buyers
}
