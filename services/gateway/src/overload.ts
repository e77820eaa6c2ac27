import { problem } from '@murmuration/http'
import type { Request, RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Request {
      /** Set by `bound`. Called when the request goes on to the service behind, which has a bound of its own. */
      passOn?: () => void
    }
  }
}

/** A 503 with Retry-After, for what would wait in vain. */
export const overloaded = (who: string, cause?: unknown) =>
  problem(503, 'overloaded', `The ${who} has more to do than it can, try again.`, { headers: { 'retry-after': '1' }, cause })

/** About what the gateway takes through its own steps in a second when the machine is full. */
const many = 128
const lateMs = 1000

/**
 * Refuses a request with a 503 `overloaded` while many are on their way through the gateway itself and the first of them is late; a short burst is
 * none. Node begins with all that have come before it goes on with those that are under way: without a bound every one of a wave is as late as the last.
 */
export function bound(now: () => number = () => performance.now()): RequestHandler {
  /** When they came, the first one first. */
  const within = new Map<Request, number>()
  // Whose client has gone waits for nothing; not every such answer closes: neither one that had closed before it came here, nor one that was still
  // queued behind another on its connection.
  const forgetGone = () => {
    for (const req of within.keys()) {
      if (!req.socket.destroyed) return
      within.delete(req)
    }
  }
  return (req, res, next) => {
    forgetGone()
    const [first = 0] = within.values()
    if (within.size >= many && now() - first > lateMs) throw overloaded('gateway')
    within.set(req, now())
    const leave = () => void within.delete(req)
    req.passOn = leave
    res.once('close', leave)
    next()
  }
}
