import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withLock } from '../lock.ts'

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/**
 * The folder `<cache>/<name>`, made by `fill` on first use. It appears whole or not at all, and callers at the same time wait for the first.
 *
 * @param name carries the version, so that a changed one is made anew
 */
export const cachedFolder = async (cache: string, name: string, fill: (folder: string) => Promise<void>): Promise<string> => {
  const folder = join(cache, name)
  if (await isThere(folder)) return folder
  return withLock(join(cache, `${name}.lock`), async () => {
    if (await isThere(folder)) return folder
    await mkdir(dirname(folder), { recursive: true })
    const draft = await mkdtemp(`${folder}.draft-`)
    try {
      await fill(draft)
      await rename(draft, folder)
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
    return folder
  })
}
