import { loadMap, readTopics } from '@murmuration/cli'
import type { Evidence } from '../evidence.ts'
import { type PublishedEvent, publishedEvent } from '../published-event.ts'
import { databases } from './databases.ts'
import { domainRows, untoldSagas } from './rows.ts'
import { runtimeRows } from './runtime-rows.ts'
import { statementSince } from './statement.ts'
import { storiesOf } from './stories.ts'

/** Where the real stack's evidence is. */
export interface Places {
  /** Address of the PostgreSQL server. */
  readonly postgres: string
  /** Comma list of host:port. */
  readonly kafka: string
  /** Base URL of the provider. */
  readonly provider: string
  /** Base URL of Tempo; absent: no stories. */
  readonly tempo?: string
}

export interface CollectOptions {
  /** When the stack began, milliseconds since 1970. */
  readonly sinceMs: number
  /** Ids and places of messages that the workload wrote itself. Events that name nothing that made them count as such, too. */
  readonly injected?: ReadonlySet<string>
  /** Sagas whose stories are asked of Tempo, one by one; default none. */
  readonly stories?: readonly string[]
}

/**
 * Collects everything from the real stack, which has to be quiet (`whenQuiet`): each service's rows by a few statements, every topic from its
 * beginning, the provider's statement, and Tempo's spans. About 1 kB of memory an event.
 */
export async function collect(places: Places, { sinceMs, injected = new Set(), stories = [] }: CollectOptions): Promise<Evidence> {
  const { map, unreadable } = await loadMap()
  if (unreadable.length > 0) throw new Error(unreadable.join('; '))
  const open = databases(places.postgres)
  try {
    const events = await readAll(places.kafka, [...new Set(map.events.map(({ topic }) => topic))])
    const rows = await domainRows(open)
    return {
      map,
      ...rows,
      ...(await runtimeRows(
        open,
        map.services.map(({ name }) => name),
      )),
      events,
      statement: await statementSince(places.provider, sinceMs),
      injected: new Set([...injected, ...events.filter(isForeign).map(({ id }) => id)]),
      untold: await untoldSagas(open, rows.orders),
      ...(places.tempo === undefined ? {} : { stories: await storiesOf(places.tempo, stories, sinceMs) }),
    }
  } finally {
    await open.close()
  }
}

const readAll = (kafka: string, topics: readonly string[]): Promise<PublishedEvent[]> =>
  readTopics({ brokers: kafka.split(','), file: undefined }, topics, 0, ({ body, ...message }) =>
    publishedEvent({ ...message, value: body }),
  )

/** The runtime says of everything what made it; only somebody outside does not. */
const isForeign = ({ causationId, trigger }: PublishedEvent): boolean => causationId === undefined && trigger === undefined
