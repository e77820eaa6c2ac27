import { RuleViolation } from '@murmuration/contracts'
import { isOutage } from '@murmuration/contracts/outage'
import { logger } from '@murmuration/telemetry'
import type { ErrorRequestHandler } from 'express'
import { HttpProblem, problem, problemDocument } from './problem.ts'

const slugs: Record<number, string> = {
  400: 'bad_request',
  404: 'not_found',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'url_too_long',
  415: 'unsupported_media_type',
}

// Rules are also told where a message is parked, as part of a sentence; a client is told whole ones.
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

/** What a thrown error means to the client. Only what was meant for clients gets out. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof RuleViolation)
    return problem(error.status, error.code, sentence(error.message), { ...(error.errors && { errors: [...error.errors] }), cause: error })
  if (isOutage(error))
    return problem(503, 'unavailable', 'Not available at the moment, try again.', { headers: { 'retry-after': '1' }, cause: error })
  // Express and its body parser throw errors of this shape.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500)
    return problem(error.status, slugs[error.status] ?? 'bad_request', error.message, { cause: error })
  return problem(500, 'internal_error', 'Something went wrong. The request id helps to find out what.', { cause: error })
}

/** The one place where errors become answers. */
export const errorHandler: ErrorRequestHandler = (error, req, res, next) => {
  const told = toProblem(error)
  if (told.status === 500) logger('http').error({ err: error, requestId: req.requestId, method: req.method }, 'request failed')
  if (res.headersSent) {
    // Half an answer is out (a stream): cutting the connection is the only honest sign left.
    next(error)
    return
  }
  res.status(told.status).set(told.headers).type('application/problem+json')
  res.send(JSON.stringify(problemDocument(told, req.requestId)))
}
