import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bornAt, isAlive } from './process/identity.ts'

const heldBy = async (file: string): Promise<{ pid: number; born: string } | undefined> => {
  const [pid, born] = (await readFile(file, 'utf8').catch(() => '')).split(' ')
  return pid === undefined || born === undefined ? undefined : { pid: Number(pid), born }
}

const tryTake = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'wx').catch(() => undefined)
  if (handle === undefined) return false
  await handle.writeFile(`${process.pid} ${(await bornAt(process.pid)) ?? ''}`)
  await handle.close()
  return true
}

// Two may see the same dead holder: whoever moves away a lock that is not the dead one's puts it back.
const takeOver = async (file: string, dead: string | undefined): Promise<void> => {
  const aside = `${file}.${randomUUID()}`
  if (
    !(await rename(file, aside).then(
      () => true,
      () => false,
    ))
  )
    return
  const holder = await heldBy(aside)
  if (holder?.born !== dead) await link(aside, file).catch(() => undefined)
  await rm(aside, { force: true })
}

/** Runs `work` while no other process holds the same lock file. The lock of a process that died is taken over. */
export const withLock = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(dirname(file), { recursive: true })
  let unreadable = 0
  while (!(await tryTake(file))) {
    const holder = await heldBy(file)
    // Between its making and its writing a lock names nobody; only for long does that mean that its maker died.
    unreadable = holder === undefined ? unreadable + 1 : 0
    if (unreadable > 40 || (holder !== undefined && !(await isAlive(holder)))) await takeOver(file, holder?.born)
    else await sleep(50)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}
