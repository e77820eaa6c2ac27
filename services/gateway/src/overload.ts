import { problem } from '@murmuration/http'
import type { RequestHandler } from 'express'

/** A turn of the event loop that takes longer has more requests before it than the process can answer in time. */
const longestTurnMs = 500

/**
 * Refuses what comes late in a long turn of the event loop with a 503 `overloaded`. Node begins with all requests that have come before it goes on with
 * those that are under way, so without it each wave makes all of them wait the longer.
 */
export function refuseWhenBehind(now: () => number = () => performance.now()): RequestHandler {
  let began: number | undefined
  return (_req, _res, next) => {
    if (began === undefined) {
      began = now()
      setImmediate(() => (began = undefined))
    } else if (now() - began > longestTurnMs)
      throw problem(503, 'overloaded', 'The gateway has more to do than it can, try again.', { headers: { 'retry-after': '1' } })
    next()
  }
}
