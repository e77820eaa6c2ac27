import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root, run } from './run.mjs'

const pnpmVersion = '12.21.0'

const stamp = join(root, 'node_modules', '.murmuration-lock')

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')

// pnpm would otherwise ask for a note about itself in the lock file, which only its newer versions write.
const isFresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()

const toolsFolder = join(cache, `pnpm-${pnpmVersion}`, 'node_modules', '.bin')

// turbo calls pnpm for every package, so it must be on the PATH; `npx pnpm` each time would cost a second each.
const installPnpm = async () => {
  if (existsSync(join(toolsFolder, 'pnpm'))) return
  process.stderr.write(`fetching pnpm ${pnpmVersion}\n`)
  const folder = join(cache, `pnpm-${pnpmVersion}`)
  const draft = `${folder}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  await run('npm', ['install', '--prefix', draft, '--no-save', '--no-audit', '--no-fund', `pnpm@${pnpmVersion}`], {
    quiet: true,
    cwd: draft,
  })
  try {
    renameSync(draft, folder)
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(join(toolsFolder, 'pnpm'))) throw error
  }
}

const staleAfterMs = 15 * 60_000

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Whether whoever made the lock was killed, or has had it for longer than an installation takes. */
export const isLeft = (lock) => {
  try {
    if (Date.now() - statSync(lock).mtimeMs > staleAfterMs) return true
    const pid = Number(readFileSync(lock, 'utf8'))
    // Between its making and its writing it names nobody.
    return pid > 0 && !isAlive(pid)
  } catch {
    // It is gone by now.
    return false
  }
}

// A file can be made by one only. `npm start` and `npm test` at once must not install at once.
const whileAlone = async (work) => {
  const lock = join(root, '.local', 'install.lock')
  mkdirSync(join(root, '.local'), { recursive: true })
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (isLeft(lock)) rmSync(lock, { recursive: true, force: true })
      else await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    release()
    process.off('exit', release)
  }
}

/** Installs what pnpm-lock.yaml says unless that is done. Returns the folder that has pnpm. */
export const installDependencies = async () => {
  await installPnpm()
  if (isFresh()) return toolsFolder
  await whileAlone(async () => {
    if (isFresh()) return
    process.stderr.write('installing dependencies\n')
    const hash = lockHash()
    await run(join(toolsFolder, 'pnpm'), ['install', '--frozen-lockfile', '--pm-on-fail=ignore', '--reporter=append-only'], {
      env: { ...process.env, CI: 'true' },
    })
    writeFileSync(stamp, hash)
  })
  return toolsFolder
}
