import type { ParkedView, Parking } from '@murmuration/choreography'
import { Transient } from '@murmuration/contracts'
import type { World } from '@murmuration/simulation'
import { flock } from '../flock.ts'
import type { Perform, Scene } from './deed.ts'

/** An operator who was cut off tries again after so many milliseconds. */
const AGAIN_MS = 500
const ROUND_MS = 9_000

/**
 * Looks into every service's parking place: repairs what can be, gives up what else strangers planted, and lets what waited behind it go on, in order. Comes back until the given
 * time, as more may be parked meanwhile, and once more when somebody was silent for long, as his messages come only then.
 */
export const lookAfterParked: Perform<'look after parked'> = async ({ forMs }, scene) => {
  const { world, plan } = scene
  const names = flock.map((member) => member.definition(plan).name)
  const until = world.now() + forMs
  const given = new Map<string, number>()
  for (;;) {
    const from = world.now()
    for (const name of names) given.set(name, (given.get(name) ?? 0) + (await clear(scene, name)))
    if (world.now() >= until && world.now() - from < ROUND_MS) break
    await world.sleep(ROUND_MS)
  }
  const told = [...given].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`)
  return told.length === 0 ? undefined : `replayed or given up: ${told.join(', ')}`
}

async function clear({ world, notebook }: Scene, service: string): Promise<number> {
  const parked = await patiently(world, service, (parking) => parking.list({}))
  if (parked.length === 0) return 0
  const planted = ({ topic, partition, offset, eventId }: ParkedView) =>
    notebook.planted.has(`${topic}/${partition}/${offset}`) || (eventId !== null && notebook.planted.has(eventId))
  const repairOf = ({ reason, eventId }: ParkedView) => (reason === 'forged_total' ? notebook.repairs.get(eventId ?? '') : undefined)
  for (const one of parked) {
    const data = repairOf(one)
    if (data !== undefined) await patiently(world, service, (parking) => parking.replay({ ids: [one.id], data, dryRun: false }))
  }
  const poison = parked.filter((one) => one.reason !== 'behind' && planted(one) && repairOf(one) === undefined).map(({ id }) => id)
  if (poison.length > 0) await patiently(world, service, (parking) => parking.discard(poison, 'no service wrote this'))
  // Only what was looked at: more poison may have come meanwhile.
  const others = parked.map(({ id }) => id).filter((id) => !poison.includes(id))
  if (others.length > 0) await patiently(world, service, (parking) => parking.replay({ ids: others, dryRun: false, ratePerSecond: 1_000 }))
  return parked.length
}

async function patiently<Answer>(world: World, service: string, ask: (parking: Parking) => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask(await world.parking(service))
    } catch (error) {
      if (!(error instanceof Transient)) throw error
      await world.sleep(AGAIN_MS)
    }
  }
}
