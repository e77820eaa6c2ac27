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
import { isSagaSampled } from '@murmuration/telemetry'
import type { Ground } from '../ground.ts'
import type { Promises } from '../load/load.ts'
import { brokenPromises } from './promises.ts'
import { type Findings, type Report, reportOf } from './report.ts'
import { witnesses } from './witnesses.ts'

type Known = Omit<Findings, 'sagas' | 'outcomes' | 'refused' | 'anomalies' | 'events' | 'stories' | 'linearizable'> & { closer: boolean }

/** The longer the run, the more there is to look at. */
const storiesForMs = (seconds: number): number => Math.min(60_000, seconds * 150)
const porcupineMs = 60_000

/** Goes over all that is left when everything is quiet. */
export async function judged({ stage, databases, sinceMs }: Ground, promises: Promises, { closer, ...known }: Known): Promise<Report> {
  const places = { postgres: stage.postgres, kafka: stage.brokers, provider: stage.provider }
  const traced = [...promises.orders].filter((id) => isSagaSampled(id, stage.sampling))
  const evidence = await collect(places, { sinceMs, injected: stage.planted })
  const linearizable = closer ? await linearizability(places) : { ok: 0, illegal: 0, unknown: 0 }
  const stories = closer ? await witnesses(stage.tempo, traced, { sinceMs, forMs: storiesForMs(known.seconds) }) : []
  recordEdges('chaos', { messages: edgesOfMessages(evidence.events, evidence.injected), spans: edgesOfStories(stories) })
  const outcomes: Record<string, number> = {}
  for (const { status } of evidence.orders) outcomes[status] = (outcomes[status] ?? 0) + 1
  return reportOf({
    ...known,
    sagas: evidence.orders.length,
    outcomes,
    refused: promises.refused,
    events: evidence.events.length,
    stories: stories.length,
    linearizable,
    anomalies: [...(await brokenPromises(databases, promises)), ...check({ ...evidence, stories })],
  })
}

/** Whether the stock behaved as if one order after the other had touched it. Pictures of what is not ok lie beside the stack's folder. */
async function linearizability(places: { postgres: string; kafka: string }): Promise<Linearizability['verdicts']> {
  const pictures = join(stackFolder('test'), 'pictures')
  return (await checkLinearizable(await collectStockHistory(places), { timeoutMs: porcupineMs, pictures })).verdicts
}
