import { once } from 'node:events'
import { createEventBuffer } from 'better-sse'
import type { Response } from 'express'

/** A stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface EventStream {
  /** Resolves when the next event may be sent; a client that takes nothing for half a minute is cut off. */
  send(event: { type: string; data: unknown; id?: string }): Promise<void>
  end(): void
}

const heartbeatMs = 15_000
const retryMs = 2000
const patienceMs = 30_000

const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'private, no-store, no-transform',
  // Proxies must not keep back what belongs to the client now.
  'x-accel-buffering': 'no',
}

/** Writes the head alone. */
export const writeHead = (res: Response): void => void res.writeHead(200, headers)

export function eventStream(res: Response): EventStream {
  writeHead(res)
  res.write(createEventBuffer().retry(retryMs).dispatch().read())
  const beat = setInterval(() => {
    // A client that does not take what it was sent needs no more.
    if (!res.writableNeedDrain) res.write(createEventBuffer().comment().dispatch().read())
  }, heartbeatMs)
  res.once('close', () => clearInterval(beat))
  return {
    async send({ type, data, id }) {
      if (res.closed || res.writableEnded) return
      const frame = createEventBuffer().event(type)
      if (id !== undefined) frame.id(id)
      if (res.write(frame.data(data).dispatch().read())) return
      try {
        const signal = AbortSignal.timeout(patienceMs)
        await Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })])
      } catch {
        res.destroy()
      }
    },
    end() {
      clearInterval(beat)
      res.end()
    },
  }
}
