import { loadMap, readTopics } from '@murmuration/cli'
import { stockHistory, type TimedEvent } from '../linearizable/history.ts'
import type { StockOperation } from '../linearizable/operation.ts'
import type { Places } from './collect.ts'
import { databases } from './databases.ts'
import { stocksOf } from './rows.ts'

/** The stock's history of the real stack, which has to be quiet: from its topics' beginning to the stocks as they are now. */
export async function collectStockHistory({ kafka, postgres }: Pick<Places, 'kafka' | 'postgres'>): Promise<readonly StockOperation[]> {
  const { map } = await loadMap()
  const inventory = map.services.find(({ name }) => name === 'inventory')
  const types = new Set([...(inventory?.emits ?? []), ...(inventory?.reactions ?? []).map(({ from }) => from.name)])
  const topics = new Set(map.events.flatMap(({ type, topic }) => (types.has(type) ? [topic] : [])))
  const own = new Set(inventory?.emits)
  const events = await readTopics(
    { brokers: kafka.split(','), file: undefined },
    [...topics],
    0,
    ({ key, headers, body, timestamp }): TimedEvent | undefined => {
      const { ce_id: id, ce_type: type, ce_causationid: causationId } = headers
      if (id === undefined || type === undefined || key === null || !types.has(type)) return undefined
      return { id, type, sagaId: key, causationId, timestamp, data: own.has(type) ? JSON.parse(body) : undefined }
    },
  )
  const open = databases(postgres)
  try {
    return stockHistory(events, await stocksOf(open))
  } finally {
    await open.close()
  }
}
