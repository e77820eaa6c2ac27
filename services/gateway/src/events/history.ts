import { type LogReader, type Spot, timeOfUuidV7 } from '@murmuration/choreography'
import { past } from './past.ts'
import { happeningOf } from './story-event.ts'
import { type Weave, weave } from './weave.ts'

/** When an order was placed and ended, as its service says it, milliseconds since 1970. */
export interface Lifetime {
  readonly placedAt: number
  readonly endedAt: number | undefined
}

interface Part {
  readonly from: readonly Spot[]
  readonly endedAt?: number | undefined
  /** Ends the looking. */
  readonly signal: AbortSignal
}

export interface History {
  readonly thread: Weave
  /** What was written from here on has not been looked at. */
  readonly until: readonly Spot[]
}

/** Clocks differ, and an id is made before its message is written. */
const skewMs = 10_000
const worstSkewMs = 3_600_000

/** No order has a hundredth of these events: who has written them wants to fill the memory. */
export const mostOfOne = 10_000

/** Looks back into the log for the events of orders. */
export function histories(reader: LogReader, topics: readonly string[]) {
  /** Adds what was written of an order since, up to now. Returns up to where that is. */
  async function catchUp(orderId: string, thread: Weave, { from, endedAt, signal }: Part): Promise<readonly Spot[]> {
    const latest = endedAt === undefined ? Number.POSITIVE_INFINITY : endedAt + worstSkewMs
    // A time in the future is a forged one.
    const beyond = (at: number) => at > (thread.until() ?? latest) && at < Date.now() + worstSkewMs
    const until = await reader.offsets(from, 'latest')
    for await (const message of past(reader, orderId, { from, until, beyond, signal })) {
      const happening = happeningOf(message)
      if (happening && thread.size() < mostOfOne) thread.add(happening, Date.now())
    }
    return until
  }

  return {
    catchUp,
    /** All that the log still has of an order. */
    async whole(orderId: string, { placedAt, endedAt }: Lifetime, signal: AbortSignal): Promise<History> {
      const places = await reader.placesOf(topics, orderId)
      const told = Math.min(placedAt, timeOfUuidV7(orderId) ?? placedAt)
      const since = Math.min(told, Date.now()) - skewMs
      const [start, earliest] = await Promise.all([reader.offsets(places, since), reader.offsets(places, 'earliest')])
      const thread = weave(orderId, topics)
      const until = await catchUp(orderId, thread, { from: start, endedAt, signal })
      // Just placed: the log may not have it yet. Or the log has forgotten how the order began.
      const fresh = Math.abs(Date.now() - told) < 6 * skewMs
      const forgotten = start.every(({ topic, offset }) => earliest.some((first) => first.topic === topic && first.offset >= offset))
      if (thread.begun() || fresh || forgotten) return { thread, until }
      // The clocks are worse than expected, or the times were forged.
      const again = weave(orderId, topics)
      return { thread: again, until: await catchUp(orderId, again, { from: earliest, endedAt, signal }) }
    },
  }
}
