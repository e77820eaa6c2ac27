import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../install/run.ts'

export type User = { uid: number; gid: number }

/** Who runs what refuses to be run by root: undefined when we are not root. */
export const unprivilegedUser = async (): Promise<User | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const found = ['postgres', 'nobody'].map((name) => users.find((user) => user[0] === name)).find((user) => user !== undefined)
  if (found === undefined) throw new Error('neither a user "postgres" nor "nobody" is there, and PostgreSQL does not run as root')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

const canEnter = (folder: string, user: User): Promise<boolean> =>
  run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { user, cwd: '/' }).then(
    () => true,
    () => false,
  )

/**
 * The data folder itself, or, where the user may not enter it (a checkout in root's home), one below /var/tmp that belongs to this checkout.
 */
export const dataFolderFor = async (folder: string, user: User | undefined): Promise<string> => {
  if (user === undefined) return folder
  const parent = join(folder, '..')
  await mkdir(parent, { recursive: true })
  if (await canEnter(parent, user)) return folder
  const place = join('/var/tmp', `murmuration-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`)
  await mkdir(place, { recursive: true, mode: 0o755 })
  return join(place, 'postgres')
}
