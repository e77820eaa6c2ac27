import express, { type RequestHandler } from 'express'
import { type JsonFault, jsonFault } from './json-text.ts'
import { problem } from './problem.ts'

export interface BodyOptions {
  /** Largest body in bytes, default 100 KB. */
  limit?: number
  /** Deepest nesting of objects and lists, default 20. */
  depth?: number
}

const said: Record<JsonFault, string> = {
  too_deep: 'The body is nested too deeply.',
  duplicate_key: 'The body has the same key twice in one object.',
  forbidden_key: 'The body has the key __proto__.',
  forbidden_character: 'The body has a NUL or half a surrogate pair in a string.',
}
const contentType = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset=(?:"utf-8"|utf-8)\s*)?$/i

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The value of a JSON text in UTF-8. @throws HttpProblem 400 */
export function parseJson(bytes: Uint8Array, maxDepth = 20): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    throw problem(400, 'invalid_utf8', 'The body is not UTF-8.')
  }
  const fault = jsonFault(text, maxDepth)
  if (fault) throw problem(400, fault, said[fault])
  try {
    return JSON.parse(text)
  } catch {
    throw problem(400, 'invalid_json', 'The body is not JSON.')
  }
}

/** Reads a JSON body strictly into `req.body`, which stays undefined when there is none. Anything else than JSON is a 415. */
export function jsonBody({ limit = 100 * 1024, depth = 20 }: BodyOptions = {}): RequestHandler {
  const raw = express.raw({ type: () => true, limit, inflate: false })
  return (req, res, next) => {
    if (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined) return next()
    raw(req, res, (error?: unknown) => {
      if (error) return next(error)
      const body: unknown = req.body
      if (!(body instanceof Uint8Array) || body.length === 0) {
        req.body = undefined
        return next()
      }
      if (!contentType.test(req.headers['content-type'] ?? ''))
        return next(problem(415, 'unsupported_media_type', 'The body must be application/json in UTF-8.'))
      try {
        req.body = parseJson(body, depth)
      } catch (refused) {
        return next(refused)
      }
      next()
    })
  }
}
