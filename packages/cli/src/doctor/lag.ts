import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { messageOf } from '../errors.ts'
import { withAdmin } from '../kafka/client.ts'
import type { Stack } from '../stack/stack.ts'
import { bad, type Finding, ok, warn } from './check.ts'

/** Consumer groups are called as their services. */
const groups = ['inventory', 'payment', 'risk', 'channel', 'order', 'notification']

/** Offsets are committed about once a second, so a lag is one only when it is still there after this. */
const SECOND_LOOK_MS = 2_500

/** How far each consumer group is behind its topics. */
export async function lagFindings(stack: Stack): Promise<readonly Finding[]> {
  if (stack.brokers === undefined) return []
  try {
    return await withAdmin(stack, async (admin) => {
      const first = await lags(admin)
      if ([...first.values()].every((lag) => lag === 0)) return [...first.keys()].map((group) => ok(`${group} lag`, '0'))
      await sleep(SECOND_LOOK_MS)
      const second = await lags(admin)
      return [...second].map(([group, lag]) => {
        const before = first.get(group) ?? 0
        if (lag === 0 || before === 0) return ok(`${group} lag`, String(lag))
        const detail = `${lag} messages behind (${before} a moment ago)`
        return lag < before
          ? ok(`${group} lag`, `${detail}, catching up`)
          : warn(`${group} lag`, detail, `Is ${group} running? \`.local/logs/${group}.log\` tells what holds it up.`)
      })
    })
  } catch (error) {
    return [bad('consumer lag', messageOf(error), '`npm start -- --detach`')]
  }
}

async function lags(admin: Admin): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, ReadonlyMap<number, bigint>>()
  for (const topic of (await admin.listTopics()).filter((name) => name.endsWith('.events')))
    ends.set(topic, new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)])))
  const found = new Map<string, number>()
  for (const group of groups) {
    const offsets = await admin.fetchOffsets({ groupId: group, topics: [...ends.keys()] })
    const read = offsets.flatMap(({ topic, partitions }) =>
      // −1: the group does not read it, or has not committed there yet.
      partitions
        .filter(({ offset }) => BigInt(offset) >= 0n)
        .map(({ partition, offset }) => Number((ends.get(topic)?.get(partition) ?? 0n) - BigInt(offset))),
    )
    if (read.length > 0)
      found.set(
        group,
        read.reduce((sum, lag) => sum + Math.max(0, lag), 0),
      )
  }
  return found
}
