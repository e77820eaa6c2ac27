import { lags as lagsOf, whenQuiet } from '@murmuration/checker'
import { inject } from 'vitest'

/** Services that read topics; their names are their consumer groups'. */
export const consumers = ['order', 'inventory', 'payment', 'risk', 'channel', 'notification'] as const

/** How many messages each group has not read, by group; only those behind. Offsets are committed about once a second. */
export const lags = (): Promise<Record<string, number>> => lagsOf(inject('stack').brokers, consumers)

/** Waits until everybody has read everything and nothing waits to be published or called. */
export async function quiet(timeoutMs = 30_000): Promise<void> {
  const { brokers, postgres } = inject('stack')
  const unfinished = await whenQuiet({ kafka: brokers, postgres }, { timeoutMs, stalled: true })
  if (Object.keys(unfinished).length > 0) throw new Error(`not quiet: ${JSON.stringify(unfinished)}`)
}
