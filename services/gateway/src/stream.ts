import type { LogMessage } from '@murmuration/choreography'
import { gauge } from '@murmuration/telemetry'
import { createSession, type Session } from 'better-sse'
import type { Request, Response } from 'express'
import { type Story, storyEvent } from './events/story.ts'
import { type Reply, write } from './reply.ts'

/** Streams orders to browsers. */
export interface Streams {
  /** First `order` with the state, then each event under its type. Whoever may not see the order gets the service's refusal instead. */
  open(req: Request, res: Response, orderId: string, look: () => Promise<Reply>): Promise<void>
  /** Ends all: the process is leaving. Browsers come again by themselves. */
  end(): void
}

const heartbeatMs = 15_000
const retryMs = 2000

export function streams(story: Story): Streams {
  const open = new Set<Response>()
  gauge('gateway.sse.clients', () => open.size, { description: 'Open streams of orders' })

  return {
    async open(req, res, orderId, look) {
      // Listening begins before the look, and what comes in between is kept: nothing falls into the gap.
      const early: LogMessage[] = []
      let session: Session | undefined
      const tell = (message: LogMessage): void => {
        const event = storyEvent(message)
        if (!session) early.push(message)
        else if (event && session.isConnected) session.push(event, event.type, event.id)
      }
      const first = await look()
      if (first.status !== 200) return write(res, first)
      const end = await story.follow(orderId, tell)
      try {
        const seen = await look()
        if (seen.status !== 200) return write(res, seen)
        session = await createSession(req, res, { keepAlive: heartbeatMs, retry: retryMs, headers: { 'cache-control': 'no-store' } })
        open.add(res)
        session.push(JSON.parse(seen.body), 'order')
        for (const message of early) tell(message)
        await new Promise<void>((resolve) => {
          res.on('close', resolve)
          if (res.closed || res.writableEnded) resolve()
        })
      } finally {
        open.delete(res)
        end()
      }
    },
    end() {
      for (const res of open) res.end()
    },
  }
}
