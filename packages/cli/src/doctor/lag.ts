import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { messageOf } from '../errors.ts'
import { withAdmin } from '../kafka/client.ts'
import { type Consumer, consumers } from '../map/load.ts'
import { logFile, type Stack } from '../stack/stack.ts'
import { bad, type Finding, ok, warn } from './check.ts'
import { type ByPartition, type Progress, progressOf } from './progress.ts'

/** Offsets are committed about once a second, so a lag is one only when it is still there after this. */
const SECOND_LOOK_MS = 2_500

/** How far each consumer group is behind its topics, and what it has missed for good. */
export async function lagFindings(stack: Stack, groups?: readonly Consumer[]): Promise<readonly Finding[]> {
  if (stack.brokers === undefined) return []
  try {
    const all = groups ?? (await consumers())
    return await withAdmin(stack, async (admin) => {
      const first = await look(admin, all)
      const behind = [...first.values()].some(({ lag }) => lag > 0)
      if (behind) await sleep(SECOND_LOOK_MS)
      const second = behind ? await look(admin, all) : first
      return [...second].flatMap(([group, progress]) => [
        lagOf(stack, group, first.get(group)?.lag ?? 0, progress.lag),
        ...missed(group, progress),
      ])
    })
  } catch (error) {
    return [bad('consumer lag', messageOf(error), '`npm start -- --detach`')]
  }
}

function lagOf(stack: Stack, group: string, before: number, lag: number): Finding {
  if (lag === 0 || before === 0) return ok(`${group} lag`, String(lag))
  const detail = `${lag} messages behind (${before} a moment ago)`
  return lag < before
    ? ok(`${group} lag`, `${detail}, catching up`)
    : warn(`${group} lag`, detail, `Is ${group} running? ${logFile(stack, group)} tells what holds it up.`)
}

const missed = (group: string, { gaps }: Progress): readonly Finding[] =>
  gaps.map(({ topic, partition, missing }) =>
    bad(
      `${group} gap`,
      `${missing} messages of ${topic}/${partition} were removed before ${group} read them`,
      'They are lost to it. `murmur rebuild` makes anew what it keeps of products and users; `murmur parked list` shows the places.',
    ),
  )

async function look(admin: Admin, groups: readonly Consumer[]): Promise<ReadonlyMap<string, Progress>> {
  const existing = new Set(await admin.listTopics())
  const topics = [...new Set(groups.flatMap((each) => each.topics))].filter((topic) => existing.has(topic))
  // Positions first: what is written meanwhile then counts as behind, and nobody seems to be ahead of the end.
  const committed = new Map(await Promise.all(groups.map(async ({ group }) => [group, await committedBy(admin, group, topics)] as const)))
  const bounds = new Map(
    await Promise.all(
      topics.map(async (topic) => {
        const offsets = await admin.fetchTopicOffsets(topic)
        return [topic, new Map(offsets.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]))] as const
      }),
    ),
  )
  return new Map(groups.map(({ group, topics: own }) => [group, progressOf(own, bounds, committed.get(group) ?? new Map())]))
}

async function committedBy(admin: Admin, groupId: string, topics: string[]): Promise<ByPartition<bigint>> {
  const found = topics.length === 0 ? [] : await admin.fetchOffsets({ groupId, topics })
  // −1: nothing is committed there.
  return new Map(
    found.map(({ topic, partitions }) => [
      topic,
      new Map(
        partitions
          .filter(({ offset }) => BigInt(offset) >= 0n)
          .map(({ partition, offset }): [number, bigint] => [partition, BigInt(offset)]),
      ),
    ]),
  )
}
