import type { RequestHandler } from 'express'
import { problem } from './problem.ts'

function readable(text: string): boolean {
  try {
    return !/[^\x20-\x7e]/.test(text) && !decodeURIComponent(text).includes('\0')
  } catch {
    return false
  }
}

/**
 * Refuses an address that is not percent-encoded UTF-8 without NUL: the parser of queries puts U+FFFD for what it cannot read, and the request would be
 * about something else than was asked.
 * @throws HttpProblem 400 that names each such parameter
 */
export const refuseUnreadable: RequestHandler = (req, _res, next) => {
  if (readable(req.url)) return next()
  const [path = '', ...rest] = req.url.split('?')
  const wrong = rest
    .join('?')
    .split('&')
    .filter((pair) => !readable(pair))
    .map((pair) => pair.split('=', 1)[0] ?? '')
    .map((name) => (readable(name) ? decodeURIComponent(name) : 'a name'))
  const expected = 'percent-encoded UTF-8 without NUL'
  if (!readable(path)) throw problem(400, 'invalid_input', `In the path: expected ${expected}.`)
  throw problem(400, 'invalid_input', `In the query: ${wrong.slice(0, 3).join(', ')}: expected ${expected}.`, {
    errors: wrong.slice(0, 50).map((field) => ({ field, expected })),
  })
}
