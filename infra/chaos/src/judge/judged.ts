import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  check,
  checkLinearizable,
  collect,
  collectStockHistory,
  edgesOfMessages,
  edgesOfStories,
  type Linearizability,
  recordEdges,
  storiesOf,
} from '@murmuration/checker'
import type { Story } from '@murmuration/cli'
import { stackFolder } from '@murmuration/local'
import { sagaHash } from '@murmuration/telemetry'
import type { Ground } from '../ground.ts'
import type { Promises } from '../load/load.ts'
import { brokenPromises } from './promises.ts'
import { type Findings, type Report, reportOf } from './report.ts'

type Known = Omit<Findings, 'sagas' | 'outcomes' | 'refused' | 'anomalies' | 'events' | 'stories' | 'linearizable'>

const storiesAtMost = 5
const storiesForMs = 10_000
const porcupineMs = 60_000

/** Goes over all that is left when everything is quiet. */
export async function judged({ stage, databases, sinceMs }: Ground, promises: Promises, known: Known): Promise<Report> {
  const places = { postgres: stage.postgres, kafka: stage.brokers, provider: stage.provider }
  const traced = [...promises.orders].filter((id) => sagaHash(id) < stage.sampling)
  const evidence = await collect(places, { sinceMs })
  const [linearizable, whole] = [await linearizability(places), await wholeStories(stage.tempo, traced, sinceMs)]
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

/**
 * As many as Tempo, which yields to all others, tells of the last orders in time. A process that is killed takes its last spans along, and
 * what hung on them hangs in the air: only whole stories can witness against the map.
 */
async function wholeStories(tempo: string, sagaIds: readonly string[], sinceMs: number): Promise<Story[]> {
  const stories: Story[] = []
  const late = sleep(storiesForMs, 'late' as const)
  for (const sagaId of sagaIds.slice(-storiesAtMost)) {
    const found = await Promise.race([late, storiesOf(tempo, [sagaId], sinceMs).catch(() => [])])
    if (found === 'late') break
    stories.push(...found.filter(({ orphans }) => orphans.length === 0))
  }
  return stories
}

/** Whether the stock behaved as if one order after the other had touched it. Pictures of what is not ok lie beside the stack's folder. */
async function linearizability(places: { postgres: string; kafka: string }): Promise<Linearizability['result']> {
  const pictures = join(stackFolder('test'), 'pictures')
  return (await checkLinearizable(await collectStockHistory(places), { timeoutMs: porcupineMs, pictures })).result
}
