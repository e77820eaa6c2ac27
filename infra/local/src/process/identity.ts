import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A process that cannot be mistaken for a later one with the same pid: `born` is its start time, in the system's own notation. */
export type Identity = { pid: number; born: string }

const bornOnLinux = async (pid: number): Promise<string | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return undefined
  // The second field is the command in brackets and may hold anything, also brackets and blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; its parent only has not looked yet.
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${fields[19]}@${boot.trim()}`
}

const bornElsewhere = async (pid: number): Promise<string | undefined> => {
  const listed = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'lstart=']).catch(() => undefined)
  const line = listed?.stdout.trim()
  return line === undefined || line === '' ? undefined : line
}

/** When the process with this pid started; undefined when there is none. */
export const bornAt = (pid: number): Promise<string | undefined> => (process.platform === 'linux' ? bornOnLinux(pid) : bornElsewhere(pid))

export const isAlive = async ({ pid, born }: Identity): Promise<boolean> => (await bornAt(pid)) === born
