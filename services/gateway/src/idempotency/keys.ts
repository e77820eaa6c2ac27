import { hash } from 'node:crypto'
import { type HttpProblem, problem } from '@murmuration/http'
import { counter } from '@murmuration/telemetry'
import type { Redis } from 'ioredis'
import type { Reply } from '../reply.ts'
import { isFinal, judge, type KeyRecord } from './record.ts'

/** One creating request under a key. */
export interface Keyed {
  userId: string
  key: string
  method: string
  path: string
  body: string | undefined
  /** Minted for this request. */
  sagaId: string
  /** How long it may take. */
  leaseMs: number
}

const day = 24 * 3600
// Nobody else may have taken it over or answered it meanwhile.
const swap = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3]) return 1 end return 0"
const outcomes = counter('gateway.idempotency.count', { description: 'Requests with an idempotency key by outcome' })

const inProgress = (): HttpProblem =>
  problem(409, 'request_in_progress', 'A request with this idempotency key is being handled.', { headers: { 'retry-after': '1' } })

type Header = string | string[] | undefined

export const isIdempotencyKey = (header: Header): header is string => typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)

/** @throws HttpProblem 400 */
export function idempotencyKey(header: Header): string | undefined {
  if (header === undefined || isIdempotencyKey(header)) return header
  throw problem(400, 'invalid_idempotency_key', 'An Idempotency-Key has 1 to 200 printable ASCII characters.')
}

/** Runs creating requests once per user and key, as long as Redis is there; without it such requests are refused with 503. */
export function idempotencyKeys(redis: Redis) {
  async function ask<T>(command: Promise<T>): Promise<T> {
    return command.catch((cause: unknown) => {
      throw problem(503, 'idempotency_unavailable', 'Idempotency keys cannot be kept at the moment, try again.', {
        headers: { 'retry-after': '1' },
        cause,
      })
    })
  }

  return async function once(request: Keyed, run: (sagaId: string) => Promise<Reply>): Promise<Reply> {
    const { userId, key, method, path, body, leaseMs } = request
    const place = `idempotency:${userId}:${key}`
    const fingerprint = hash('sha256', `${method} ${path}\n${body ?? ''}`, 'base64url')
    const own = (sagaId: string): KeyRecord => ({ fingerprint, sagaId, leaseUntil: Date.now() + leaseMs })

    let record = own(request.sagaId)
    const found = await ask(redis.set(place, JSON.stringify(record), 'EX', day, 'NX', 'GET'))
    if (found !== null) {
      const judged = judge(JSON.parse(found) as KeyRecord, fingerprint, Date.now())
      outcomes.add(1, { outcome: judged.is })
      if (judged.is === 'other') throw problem(422, 'idempotency_key_reused', 'This idempotency key was used for another request.')
      if (judged.is === 'answered') return { ...judged.reply, headers: { ...judged.reply.headers, 'idempotency-replayed': 'true' } }
      if (judged.is === 'running') throw inProgress()
      record = own(judged.sagaId)
      if ((await ask(redis.eval(swap, 1, place, found, JSON.stringify(record), day))) !== 1) throw inProgress()
    } else outcomes.add(1, { outcome: 'first' })

    const keep = (end: Partial<KeyRecord>) => redis.set(place, JSON.stringify({ ...record, ...end }), 'EX', day)
    try {
      const reply = await run(record.sagaId)
      // The client has its answer even if it could not be kept: then the lease ends, and a repetition finds the same saga.
      await keep(isFinal(reply) ? { reply } : { leaseUntil: 0 }).catch(() => {})
      return reply
    } catch (error) {
      await keep({ leaseUntil: 0 }).catch(() => {})
      throw error
    }
  }
}
export type Once = ReturnType<typeof idempotencyKeys>
