import type { ParkedView } from '@murmuration/choreography'
import { flock } from '../flock.ts'
import type { Perform, Scene } from './deed.ts'

/** Looks into every service's parking place: gives up what strangers planted, and lets what waited behind it go on, in order. */
export const lookAfterParked: Perform<'look after parked'> = async (_, scene) => {
  const told: string[] = []
  for (const name of namesOf(scene)) {
    const given = await clear(scene, name)
    if (given > 0) told.push(`${name}: ${given}`)
  }
  return told.length === 0 ? undefined : told.join(', ')
}

const namesOf = ({ plan }: Scene): string[] => flock.map((member) => member.definition(plan).name)

async function clear({ world, notebook }: Scene, service: string): Promise<number> {
  const parking = await world.parking(service)
  const parked = await parking.list({})
  if (parked.length === 0) return 0
  const planted = ({ topic, partition, offset, eventId }: ParkedView) =>
    notebook.planted.has(`${topic}/${partition}/${offset}`) || (eventId !== null && notebook.planted.has(eventId))
  const poison = parked.filter((one) => one.reason !== 'behind' && planted(one))
  if (poison.length > 0)
    await parking.discard(
      poison.map(({ id }) => id),
      'no service wrote this',
    )
  await parking.replay({ all: true, dryRun: false, ratePerSecond: 1_000 })
  return parked.length
}
