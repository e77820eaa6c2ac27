import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readJson, writeJson } from '../files.ts'
import { withLock } from '../lock.ts'
import { type Profile, stackFolder } from '../paths.ts'

type Login = { email: string; password: string }

export type Secrets = { admin: Login; demo: Login; webhookSecret: string }

const isSecrets = (value: unknown): value is Secrets =>
  typeof value === 'object' && value !== null && 'admin' in value && 'demo' in value && 'webhookSecret' in value

const random = (): string => randomBytes(18).toString('base64url')

/** The stack's own passwords, made at its first start and readable by their owner only. */
export const stackSecrets = (profile: Profile): Promise<Secrets> => {
  const file = join(stackFolder(profile), 'secrets.json')
  return withLock(`${file}.lock`, async () => {
    const known = await readJson(file)
    if (isSecrets(known)) return known
    const made: Secrets = {
      admin: { email: 'admin@murmuration.example', password: random() },
      demo: { email: 'demo@murmuration.example', password: random() },
      webhookSecret: random(),
    }
    await writeJson(file, made, 0o600)
    return made
  })
}
