import { randomFillSync } from 'node:crypto'
import type { Request } from 'express'
import { problem } from './problem.ts'

const pool = new Uint8Array(10 * 256)
let used = pool.length
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** A fresh UUID v7 (RFC 9562): sorts by time, 74 random bits. */
export function newId(now = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const time = now.toString(16).padStart(12, '0')
  const [a = 0, b = 0, c = 0, d = 0, ...rest] = pool.subarray(used, used + 10)
  used += 10
  const tail = rest.map((byte) => hex[byte]).join('')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex[a]?.[0]}${hex[b]}-${hex[0x80 | (c & 0x3f)]}${hex[d]}-${tail}`
}

/** By this header the gateway says which id a created thing gets, so that it may repeat the request. */
export const sagaHeader = 'saga-id'
/** The id of what a request creates within the saga that its path names, such as a return of an order. */
export const creationHeader = 'creation-id'
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The id of what a creating request creates: the gateway's, or a fresh one. @throws HttpProblem 400 on rubbish */
export function creationId(req: Request): string {
  const given = req.headers[creationHeader] ?? req.headers[sagaHeader]
  if (given === undefined) return newId()
  if (typeof given !== 'string' || !uuid.test(given)) throw problem(400, 'invalid_saga_id', 'The id of what is to be made is not a UUID.')
  return given
}
