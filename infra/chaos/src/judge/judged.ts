import { check, collect, edgesOfMessages, edgesOfStories, recordEdges } from '@murmuration/checker'
import type { Ground } from '../ground.ts'
import type { Promises } from '../load/load.ts'
import { brokenPromises } from './promises.ts'
import { type Findings, type Report, reportOf } from './report.ts'

type Known = Omit<Findings, 'sagas' | 'outcomes' | 'refused' | 'anomalies' | 'events' | 'stories'>

/** Sagas whose stories are looked at; each costs some requests to Tempo. */
const storiesAtMost = 40

/** Goes over all that is left when everything is quiet. */
export async function judged({ stage, databases, sinceMs }: Ground, promises: Promises, known: Known): Promise<Report> {
  const places = { postgres: stage.postgres, kafka: stage.brokers, provider: stage.provider, tempo: stage.tempo }
  const { stories = [], ...evidence } = await collect(places, { sinceMs, stories: [...promises.orders].slice(-storiesAtMost) })
  // A process that is killed takes its last spans along, and what hung on them hangs in the air: only whole stories can witness against the map.
  const whole = stories.filter(({ orphans }) => orphans.length === 0)
  recordEdges('chaos', { messages: edgesOfMessages(evidence.events, evidence.injected), spans: edgesOfStories(whole) })
  const outcomes: Record<string, number> = {}
  for (const { status } of evidence.orders) outcomes[status] = (outcomes[status] ?? 0) + 1
  return reportOf({
    ...known,
    sagas: evidence.orders.length,
    outcomes,
    refused: promises.refused,
    events: evidence.events.length,
    stories: whole.length,
    anomalies: [...(await brokenPromises(databases, promises)), ...check({ ...evidence, stories: whole })],
  })
}
