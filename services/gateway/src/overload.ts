import { problem } from '@murmuration/http'
import type { RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Request {
      /** Set by `bound`. Called when the request goes on to the service behind, which has a bound of its own. */
      passOn?: () => void
    }
  }
}

/** About what the gateway takes through its own steps in a second when the machine is full. */
const most = 128

/**
 * Refuses a request with a 503 `overloaded` while as many are on their way through the gateway itself. Node begins with all that have come before it goes
 * on with those that are under way: without a bound every request of a wave is as late as the last one.
 */
export function bound(limit = most): RequestHandler {
  let within = 0
  return (req, res, next) => {
    if (within >= limit)
      throw problem(503, 'overloaded', 'The gateway has more to do than it can, try again.', { headers: { 'retry-after': '1' } })
    within++
    let here = true
    const leave = () => {
      if (here) within--
      here = false
    }
    req.passOn = leave
    res.once('close', leave)
    next()
  }
}
