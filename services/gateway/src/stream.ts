import { principalOf } from '@murmuration/http'
import { gauge } from '@murmuration/telemetry'
import type { Request, Response } from 'express'
import { bookmarkOf, idOf } from './events/bookmark.ts'
import type { Lifetime } from './events/history.ts'
import { isEnded } from './events/outcomes.ts'
import type { Story } from './events/story.ts'
import { type Reply, write } from './reply.ts'
import { eventStream, writeHead } from './sse.ts'
import type { Suspensions } from './suspensions.ts'

/** Streams orders to browsers. */
export interface Streams {
  /**
   * First `order` with the state, then all events of the order's saga under their types, then `end`. A client that comes again with a `Last-Event-ID` gets
   * what it has not got. Whoever may not see the order gets the service's refusal instead.
   */
  open(req: Request, res: Response, orderId: string, look: () => Promise<Reply>): Promise<void>
  /** Ends all: the process is leaving. Clients come again by themselves, and go on elsewhere. */
  end(): void
}

/** Why a stream ends: as its last event says it, or without a word (so that the client comes again). */
type Ending = 'order_ended' | 'token_expired' | 'user_suspended' | 'gone'

interface Seen {
  readonly status: string
  readonly placedAt?: string
  readonly history?: readonly { readonly status: string; readonly at: string }[]
}

/** Where the order's times are not known, the log is read from its beginning. */
const lifetimeOf = ({ placedAt = '', history }: Seen): Lifetime => ({
  placedAt: Date.parse(placedAt) || 0,
  endedAt: Date.parse(history?.find((entry) => isEnded(entry.status))?.at ?? '') || undefined,
})

/** The longest that a timer can be told. */
const longestMs = 2 ** 31 - 1

/** The id of an order's `end`. Who comes again with it is told (by 204) not to. */
const endId = (orderId: string): string => `${orderId}:end`

export function streams(story: Story, { onSuspended }: Pick<Suspensions, 'onSuspended'>): Streams {
  const open = new Set<(why: Ending) => void>()
  gauge('gateway.sse.clients', () => open.size, { description: 'Open streams of orders' })

  async function tell(req: Request, res: Response, orderId: string, order: Seen): Promise<void> {
    const after = bookmarkOf(req.headers['last-event-id'])
    const { userId, expiresAt } = principalOf(req)
    const stream = eventStream(res)
    const ending = new AbortController()
    const end = (why: Ending): void => {
      if (ending.signal.aborted) return
      ending.abort(why)
      if (why !== 'gone') void stream.send({ type: 'end', data: { reason: why }, ...(why === 'order_ended' && { id: endId(orderId) }) })
      stream.end()
    }
    open.add(end)
    res.once('close', () => end('gone'))
    const expiry = setTimeout(end, Math.min(longestMs, Math.max(0, expiresAt * 1000 - Date.now())), 'token_expired')
    const unlisten = onSuspended(userId, () => end('user_suspended'))
    const show = () => stream.send({ type: 'order', data: order, id: idOf({ last: orderId, counts: [0] }) })
    try {
      if (after === undefined) await show()
      const overrun = (): void => {
        ending.abort('gone')
        res.destroy()
      }
      const telling = { ...lifetimeOf(order), after, signal: ending.signal, overrun }
      for await (const told of story.tell(orderId, telling)) {
        if (ending.signal.aborted) break
        await (told === 'anew' ? show() : stream.send({ type: told.event.type, data: told.event, id: idOf(told.at) }))
      }
      end('order_ended')
    } finally {
      clearTimeout(expiry)
      unlisten()
      open.delete(end)
      end('gone')
    }
  }

  return {
    async open(req, res, orderId, look) {
      const seen = await look()
      if (seen.status !== 200) return write(res, seen)
      const order = JSON.parse(seen.body) as Seen
      if (req.method === 'HEAD') {
        writeHead(res)
        res.end()
      } else if (isEnded(order.status) && req.headers['last-event-id'] === endId(orderId)) res.status(204).end()
      else await tell(req, res, orderId, order)
    },
    end() {
      for (const end of open) end('gone')
    },
  }
}
