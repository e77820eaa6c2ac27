import { eventually } from '@murmuration/testing'
import { rowsOf } from '../check/databases.ts'
import { withAdmin } from './log.ts'

/** Services that read topics; their names are their consumer groups'. */
export const consumers = ['order', 'inventory', 'payment', 'risk', 'channel', 'notification'] as const

/** How many messages each group has not read, by group; only those behind. Offsets are committed about once a second. */
export const lags = (): Promise<Record<string, number>> =>
  withAdmin(async (admin) => {
    const behind: Record<string, number> = {}
    for (const groupId of consumers) {
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
        const ends = await admin.fetchTopicOffsets(topic)
        for (const { partition, offset } of partitions) {
          const end = ends.find((each) => each.partition === partition)
          // −1: nothing was ever committed, as nothing was ever read.
          const read = offset === '-1' ? BigInt(end?.low ?? 0) : BigInt(offset)
          const lag = Number(BigInt(end?.high ?? 0) - read)
          if (lag > 0) behind[groupId] = (behind[groupId] ?? 0) + lag
        }
      }
    }
    return behind
  })

/** Waits until everybody has read everything and nothing waits to be published or called. */
export const quiet = (timeoutMs = 30_000): Promise<void> =>
  eventually(
    async () => {
      const waiting = await Promise.all(
        [...consumers, 'user', 'product'].map(async (service) => {
          const [row] = await rowsOf<{ waiting: number }>(
            service,
            `select ((select count(*) from choreography.outbox) + (select count(*) from choreography.effects)
               + (select count(*) from choreography.parked where status = 'deferred'))::int as waiting`,
          )
          return { service, waiting: row?.waiting ?? 0 }
        }),
      )
      const unfinished = waiting.filter((each) => each.waiting > 0)
      const behind = await lags()
      if (unfinished.length > 0 || Object.keys(behind).length > 0) throw new Error(`not quiet: ${JSON.stringify({ unfinished, behind })}`)
    },
    { timeoutMs, everyMs: 250 },
  )
