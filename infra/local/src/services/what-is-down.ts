import { okay } from '../infra/http-ready.ts'
import { type Profile, stackFolder } from '../paths.ts'
import { type Identity, isAlive } from '../process/identity.ts'
import { livingRecords } from '../process/records.ts'
import { readState } from '../state.ts'
import { waitUntil } from '../wait.ts'

// A supervisor gives up by itself when a service is not ready after three minutes.
const startsWithinMs = 200_000
const answersWithinMs = 30_000

/**
 * Waits until all services of a stack that is recorded run and say that they are ready: its supervisor may be starting them, or one again that crashed.
 * A record alone says little: whoever wrote it may have been killed a moment later.
 *
 * @returns undefined, or what is wrong once waiting is in vain
 */
export const whatIsDown = async (profile: Profile, supervisor: Identity, withinMs = answersWithinMs): Promise<string | undefined> => {
  const ended = async () => ((await isAlive(supervisor)) ? undefined : 'its supervisor has ended')
  let down: string[] = []
  const allAnswer = async (): Promise<boolean> => {
    const { services } = await readState(profile)
    const alive = new Set((await livingRecords(stackFolder(profile))).map(({ pid }) => pid))
    const answers = Object.entries(services).map(async ([name, { url, pid }]) => {
      const good = alive.has(pid) && (await okay(`${url}/readyz`).catch(() => false))
      return good ? [] : [name]
    })
    down = (await Promise.all(answers)).flat()
    return down.length === 0
  }
  try {
    const started = async () => (await readState(profile)).phase === 'ready'
    await waitUntil(started, { what: 'services', timeoutMs: startsWithinMs, failure: ended })
    await waitUntil(allAnswer, { what: 'services', timeoutMs: withinMs, failure: ended })
    return undefined
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}${down.length === 0 ? '' : `: ${down.join(', ')}`}`
  }
}
