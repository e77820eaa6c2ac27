import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Request {
      /** Of this request, also in the answer's `X-Request-Id`, in its problem and in the log. */
      requestId: string
    }
  }
}

const sane = /^[\w.:-]{8,100}$/

/** Takes the client's `X-Request-Id` when it is a harmless one, else makes one. */
export const requestId: RequestHandler = (req, res, next) => {
  const given = req.headers['x-request-id']
  req.requestId = typeof given === 'string' && sane.test(given) ? given : randomUUID()
  res.setHeader('x-request-id', req.requestId)
  next()
}
