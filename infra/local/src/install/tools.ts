import { MissingPrerequisite } from '../missing.ts'
import { findCommand, run } from './run.ts'

const isRoot = (): boolean => process.getuid?.() === 0

let installing: Promise<unknown> = Promise.resolve()

/**
 * A command that the system must have (java, mvn, go): found on the PATH, or installed through apt when that is allowed.
 *
 * @throws MissingPrerequisite naming what to run
 */
export const systemTool = async (name: string, debianPackage: string, folders?: string[]): Promise<string> => {
  const places = [...(process.env['PATH'] ?? '').split(':'), ...(folders ?? [])]
  const found = await findCommand(name, places)
  if (found !== undefined) return found
  const remedy = `apt-get install -y --no-install-recommends ${debianPackage}`
  if (isRoot() && (await findCommand('apt-get')) !== undefined) {
    // dpkg takes one at a time.
    const mine = installing.then(async () => {
      await run('apt-get', ['update']).catch(() => undefined)
      await run('apt-get', ['install', '-y', '--no-install-recommends', debianPackage], {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    })
    installing = mine.catch(() => undefined)
    await mine.catch(() => undefined)
    const now = await findCommand(name, places)
    if (now !== undefined) return now
  }
  throw new MissingPrerequisite(`${name} is not installed`, isRoot() ? remedy : `sudo ${remedy}`)
}
