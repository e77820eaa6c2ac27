import type { LogMessage } from '@murmuration/choreography'
import type { SagaListener, Tail } from './tail.ts'

/** An event of an order's saga as its customer sees it. */
export interface StoryEvent {
  id: string
  type: string
  source: string
  time: string
  data: unknown
}

// How payments are scored is not for those who pay.
const withoutData = new Set(['risk.events'])

export function storyEvent({ topic, headers, value }: LogMessage): StoryEvent | undefined {
  const { ce_id: id, ce_type: type, ce_source: source, ce_time: time } = headers
  if (!id || !type || !source || !time) return undefined
  try {
    return { id, type, source, time, data: withoutData.has(topic) ? {} : JSON.parse(value?.toString('utf8') ?? 'null') }
  } catch {
    return undefined
  }
}

/** Everything that happens in sagas. */
export interface Story {
  /** Resolves when the following has begun; the listener gets what comes after. Returns what ends it. */
  follow(orderId: string, listener: SagaListener): Promise<() => void>
  stop(): Promise<void>
}

const lingerMs = 5 * 60_000
const patienceMs = 5000

/**
 * The order's own events are always followed, for those who wait. The other topics cost a fetch loop for all sagas together, so they are
 * followed only while somebody looks, and a while longer.
 */
export function story(orderEvents: Tail, openOthers: () => Tail): Story {
  let others: Tail | undefined
  let viewers = 0
  let closing: NodeJS.Timeout | undefined
  return {
    async follow(orderId, listener) {
      clearTimeout(closing)
      viewers++
      others ??= openOthers()
      const ends = [orderEvents.listen(orderId, listener), others.listen(orderId, listener)]
      // Without the log there is still the order's state to show.
      await Promise.race([others.start(), new Promise((resolve) => setTimeout(resolve, patienceMs))])
      let ended = false
      return () => {
        if (ended) return
        ended = true
        for (const end of ends) end()
        viewers--
        if (viewers > 0) return
        clearTimeout(closing)
        closing = setTimeout(() => {
          void others?.stop()
          others = undefined
        }, lingerMs)
        closing.unref()
      }
    },
    async stop() {
      clearTimeout(closing)
      await others?.stop()
    },
  }
}
