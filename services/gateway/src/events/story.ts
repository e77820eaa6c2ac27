import type { LogMessage, LogReader } from '@murmuration/choreography'
import { logger } from '@murmuration/telemetry'
import { bulkhead } from 'cockatiel'
import type { Bookmark } from './bookmark.ts'
import type { Follower } from './follower.ts'
import { histories, type Lifetime, mostOfOne } from './history.ts'
import { happeningOf, type StoryEvent } from './story-event.ts'
import { aftermathMs, type Weave } from './weave.ts'

/** Where an order's events are. Bookmarks count in this order and live in clients: a new topic goes to the end. */
export const storyTopics = ['order.events', 'inventory.events', 'payment.events', 'risk.events', 'channel.events', 'notification.events']

export interface Told {
  readonly event: StoryEvent
  /** Where the story is after it. */
  readonly at: Bookmark
}

export interface Telling extends Lifetime {
  /** Where to go on. */
  readonly after: Bookmark | undefined
  /** Ends the telling. */
  readonly signal: AbortSignal
  /** What is told is not taken, or is far too much: the telling has to be ended. */
  overrun(): void
}

/** The stories of orders. */
export interface Story {
  /**
   * All events of an order, those that have been and those that come, each once, until it has ended. When there is no such place as `after`, `anew` comes
   * first, and then the whole. Waits while the log is away.
   */
  tell(orderId: string, telling: Telling): AsyncGenerator<Told | 'anew'>
  /** Gets everything ready, so that the first listener need not wait for that. */
  start(): Promise<void>
  stop(): Promise<void>
}

interface Parts {
  follower: Follower
  /** For looking back; another one than the follower's. */
  reader: LogReader
  /** Makes sure that the topics are there. */
  ensureTopics(topics: readonly string[]): Promise<void>
}

const log = logger('story')
/** Looks back at the same time; more of them wait, so that many streams at once need no more memory. */
const looksAtOnce = 4
/** Events that are kept for a listener that does not take them. */
const mostKept = 1000
/** After so long the log surely has what the order's service has decided, or has forgotten it. */
const surelyPublishedMs = 600_000

export function story({ follower, reader, ensureTopics }: Parts): Story {
  const history = histories(reader, storyTopics)
  const looks = bulkhead(looksAtOnce, Number.POSITIVE_INFINITY)
  let ensured: Promise<void> | undefined
  const ensure = (): Promise<void> =>
    (ensured ??= ensureTopics(storyTopics).catch((error: unknown) => {
      ensured = undefined
      throw error
    }))

  async function* tell(orderId: string, { after, signal, overrun, ...lifetime }: Telling): AsyncGenerator<Told | 'anew'> {
    const coming: LogMessage[] = []
    let wake = Promise.withResolvers<void>()
    const hear = (message: LogMessage): void => {
      if (coming.push(message) > mostKept) overrun()
      wake.resolve()
    }
    // Listening begins before the look back: nothing falls into the gap.
    const following = await patiently(signal, async () => {
      await ensure()
      return await follower.listen(orderId, hear)
    })
    if (following === undefined) return
    try {
      const been = await patiently(signal, () => looks.execute(() => history.whole(orderId, lifetime, signal)))
      if (been === undefined) return
      const { thread, until } = been
      if (thread.size() >= mostOfOne) return overrun()
      const looked = new Map(until.map(({ topic, offset }) => [topic, offset]))
      const hearken = (): void => {
        for (const message of coming.splice(0)) {
          const happening = BigInt(message.offset) < (looked.get(message.topic) ?? 0n) ? undefined : happeningOf(message)
          if (happening) thread.add(happening, Date.now())
        }
      }
      function* due(): Generator<Told> {
        for (let event = thread.next(Date.now()); event; event = thread.next(Date.now())) yield { event, at: thread.bookmark() }
      }
      if (after !== undefined && !thread.resume(after)) yield 'anew'
      for (let endsAt = Number.POSITIVE_INFINITY; !signal.aborted; ) {
        hearken()
        yield* due()
        endsAt = Math.min(endsAt, endOf(thread, lifetime))
        const leftMs = endsAt - performance.now()
        if (leftMs <= 0) break
        wake = Promise.withResolvers()
        // What waits for its cause is looked at again.
        if (coming.length === 0) await within(signal, Math.min(leftMs, thread.size() > 0 ? 100 : 60_000), wake.promise)
      }
      // The end has come; what was written until now, but not heard yet, is still told.
      const heard = following.end()
      hearken()
      const from = until.map((spot) => heard.find(({ topic, offset }) => topic === spot.topic && offset > spot.offset) ?? spot)
      await patiently(signal, () => looks.execute(() => history.catchUp(orderId, thread, { from, signal })))
      thread.settle()
      if (!signal.aborted) yield* due()
    } finally {
      following.end()
    }
  }

  return {
    tell,
    async start() {
      await ensure()
      const [nobody] = await Promise.all([follower.listen('nobody', () => {}), reader.placesOf(storyTopics, 'nobody')])
      nobody.end()
    },
    async stop() {
      await follower.stop()
      await reader.close()
    },
  }
}

/** When there is nothing more to come, by `performance.now()`. */
function endOf(thread: Weave, { endedAt }: Lifetime): number {
  const until = thread.until()
  if (until !== undefined) return performance.now() + Math.min(aftermathMs, Math.max(0, until - Date.now()))
  return endedAt === undefined ? Number.POSITIVE_INFINITY : performance.now() + Math.max(0, endedAt + surelyPublishedMs - Date.now())
}

/** Tries again and again, as long as somebody listens; then undefined. */
async function patiently<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result | undefined> {
  for (let pauseMs = 200; !signal.aborted; pauseMs = Math.min(5000, pauseMs * 2)) {
    try {
      return await attempt()
    } catch (error) {
      log.warn({ err: error, pauseMs }, 'the log cannot be read; trying again')
      await within(signal, pauseMs)
    }
  }
  return undefined
}

/** Resolves after so long, with the promise, or when the signal is aborted. */
function within(signal: AbortSignal, ms: number, promise?: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    void promise?.then(done)
    if (signal.aborted) done()
  })
}
