import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailed, findCommand, run } from './run.ts'

const options = (folder: string): string[] => [
  '-o',
  'Debug::NoLocking=1',
  '-o',
  `Dir::Cache::archives=${join(folder, 'archives')}`,
  '-o',
  'Acquire::Retries=3',
]

const ownLists = async (folder: string): Promise<string[]> => {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true })
  return ['-o', `Dir::State::Lists=${join(folder, 'lists')}`, '-o', `Dir::Cache::pkgcache=${join(folder, 'pkgcache.bin')}`]
}

/** Whether this machine has packages to take from. */
export const hasApt = async (): Promise<boolean> =>
  (await findCommand('apt-get')) !== undefined && (await findCommand('dpkg-deb')) !== undefined

/**
 * Unpacks Debian packages, and what they need beside what is installed, below `<folder>/root`. Nothing of the system is changed, no daemon
 * is started and no root is needed; the binaries want `LD_LIBRARY_PATH` from {@link libraries}.
 *
 * @throws CommandFailed when the package cannot be had
 */
export const unpackDebian = async (packageNames: string[], folder: string): Promise<void> => {
  await mkdir(join(folder, 'archives', 'partial'), { recursive: true })
  const install = ['install', '-y', '--download-only', '--reinstall', '--no-install-recommends', ...packageNames]
  try {
    await run('apt-get', [...options(folder), ...install])
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    // The machine's lists are missing or old: with fresh ones of our own it must work.
    const lists = await ownLists(folder)
    await run('apt-get', [...options(folder), ...lists, 'update'])
    await run('apt-get', [...options(folder), ...lists, ...install])
  }
  const root = join(folder, 'root')
  const archives = (await readdir(join(folder, 'archives'))).filter((name) => name.endsWith('.deb'))
  for (const archive of archives) await run('dpkg-deb', ['-x', join(folder, 'archives', archive), root])
  // mkdtemp made it for its owner only; the database server runs as somebody else.
  await chmod(folder, 0o755)
}

/** The packages that one depends on directly, e.g. `postgresql-15` for `postgresql`. */
export const dependenciesOf = async (packageName: string): Promise<string[]> => {
  const listed = await run('apt-cache', ['depends', packageName])
  return [...listed.matchAll(/Depends: (\S+)/g)].map((match) => match[1] ?? '')
}

/** Where unpacked libraries lie. */
export const libraries = async (folder: string): Promise<string> => {
  const places = [join(folder, 'root', 'usr', 'lib'), join(folder, 'root', 'lib')]
  const found = await Promise.all(
    places.map(async (place) =>
      (await readdir(place).catch(() => [])).filter((name) => name.includes('-linux-')).map((name) => join(place, name)),
    ),
  )
  return [...found.flat(), ...places].join(':')
}
