import { setTimeout as sleep } from 'node:timers/promises'
import { loadMap, withAdmin } from '@murmuration/cli'
import type { Places } from './collect.ts'
import { type Databases, databases } from './databases.ts'

/** Counts of what is still on its way, by service; only where there is something. */
export type Unfinished = Readonly<Record<string, string>>

/**
 * Waits until nothing is on its way any more: outboxes, effects and deferred messages empty, every topic read, no order and no payment unfinished.
 *
 * @param options.stalled true where orders and payments may stay unfinished, behind planted poison
 * @returns what is still unfinished when the time is up; empty: all is quiet
 */
export async function whenQuiet(
  places: Pick<Places, 'postgres' | 'kafka'>,
  { timeoutMs, stalled = false }: { timeoutMs: number; stalled?: boolean },
): Promise<Unfinished> {
  const { map } = await loadMap()
  const open = databases(places.postgres)
  const deadline = Date.now() + timeoutMs
  try {
    for (let quietBefore = false; ; ) {
      const unfinished = await look(open, places.kafka, map.services, stalled).catch((error: unknown) => ({ stack: String(error) }))
      const quiet = Object.keys(unfinished).length === 0
      // Twice in a row: between the first query and the last something may have moved on.
      if ((quiet && quietBefore) || Date.now() > deadline) return unfinished
      quietBefore = quiet
      await sleep(250)
    }
  } finally {
    await open.close()
  }
}

/** What is still on its way at this moment; empty: nothing. @throws Error when a server is away */
export const unfinished = async (open: Databases, kafka: string): Promise<Unfinished> =>
  look(open, kafka, (await loadMap()).map.services, false)

async function look(
  open: Databases,
  kafka: string,
  services: readonly { name: string; group: string }[],
  stalled: boolean,
): Promise<Unfinished> {
  const found: [string, string][] = []
  for (const { name } of services) {
    const [row] = await open.rows<Record<string, number>>(
      name,
      `SELECT (SELECT count(*) FROM choreography.outbox)::int AS outbox, (SELECT count(*) FROM choreography.effects)::int AS effects,
        (SELECT count(*) FROM choreography.parked WHERE status = 'deferred')::int AS deferred ${stalled ? '' : (sagas[name] ?? '')}`,
    )
    const waiting = Object.entries(row ?? {}).filter(([, count]) => count > 0)
    if (waiting.length > 0) found.push([name, waiting.map(([what, count]) => `${count} ${what}`).join(', ')])
  }
  const behind = await lags(
    kafka,
    services.map(({ group }) => group),
  )
  for (const [group, lag] of Object.entries(behind)) found.push([`group ${group}`, `${lag} messages behind`])
  return Object.fromEntries(found)
}

const sagas: Readonly<Record<string, string>> = {
  order: `, (SELECT count(*) FROM orders WHERE status IN ('pending', 'paid'))::int AS orders`,
  payment: `, (SELECT count(*) FROM payments WHERE status = 'processing' OR (status = 'pending' AND "waitsFor" <> 'order')
    OR refunds @? '$[*] ? (@.status == "pending" || (@.status == "declined" && !exists(@.retriedBy)))')::int AS payments`,
}

/** How many messages each group has not read; only those behind. Offsets are committed about once a second. */
export const lags = (kafka: string, groups: readonly string[]): Promise<Record<string, number>> =>
  withAdmin({ brokers: kafka.split(','), file: undefined }, async (admin) => {
    const behind: Record<string, number> = {}
    const ends = new Map<string, Awaited<ReturnType<typeof admin.fetchTopicOffsets>>>()
    for (const groupId of groups)
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
        const known = ends.get(topic) ?? (await admin.fetchTopicOffsets(topic))
        ends.set(topic, known)
        for (const { partition, offset } of partitions) {
          const end = known.find((each) => each.partition === partition)
          // −1: nothing was ever committed, as nothing was ever read.
          const read = offset === '-1' ? BigInt(end?.low ?? 0) : BigInt(offset)
          const lag = Number(BigInt(end?.high ?? 0) - read)
          if (lag > 0) behind[groupId] = (behind[groupId] ?? 0) + lag
        }
      }
    return behind
  })
