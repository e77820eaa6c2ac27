import { join } from 'node:path'
import {
  check,
  checkLinearizable,
  collect,
  collectStockHistory,
  edgesOfMessages,
  edgesOfStories,
  type Linearizability,
  recordEdges,
} from '@murmuration/checker'
import { stackFolder } from '@murmuration/local'
import { sagaHash } from '@murmuration/telemetry'
import type { Ground } from '../ground.ts'
import type { Promises } from '../load/load.ts'
import { brokenPromises } from './promises.ts'
import { type Findings, type Report, reportOf } from './report.ts'

type Known = Omit<Findings, 'sagas' | 'outcomes' | 'refused' | 'anomalies' | 'events' | 'stories' | 'linearizable'>

/** Sagas whose stories are looked at; each costs some requests to Tempo. */
const storiesAtMost = 20
const porcupineMs = 60_000

/** Goes over all that is left when everything is quiet. */
export async function judged({ stage, databases, sinceMs }: Ground, promises: Promises, known: Known): Promise<Report> {
  const places = { postgres: stage.postgres, kafka: stage.brokers, provider: stage.provider }
  const traced = [...promises.orders].filter((id) => sagaHash(id) < stage.sampling).slice(-storiesAtMost)
  // Tempo, which yields to all others, may be too slow on a busy machine; `stories` in the report says so.
  const { stories = [], ...evidence } = await collect({ ...places, tempo: stage.tempo }, { sinceMs, stories: traced }).catch(() =>
    collect(places, { sinceMs }),
  )
  const linearizable = await linearizability(places)
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
    linearizable,
    anomalies: [...(await brokenPromises(databases, promises)), ...check({ ...evidence, stories: whole })],
  })
}

/** Whether the stock behaved as if one order after the other had touched it. Pictures of what is not ok lie beside the stack's folder. */
async function linearizability(places: { postgres: string; kafka: string }): Promise<Linearizability['result']> {
  const pictures = join(stackFolder('test'), 'pictures')
  return (await checkLinearizable(await collectStockHistory(places), { timeoutMs: porcupineMs, pictures })).result
}
