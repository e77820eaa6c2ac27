import { hash } from 'node:crypto'
import { problem } from '@murmuration/http'
import { counter } from '@murmuration/telemetry'
import type { Redis } from 'ioredis'
import type { Reply } from './reply.ts'

/** One creating request under a key. */
export interface Keyed {
  /** The id that its key makes: see saga.ts. */
  sagaId: string
  method: string
  path: string
  body: string | undefined
  /** How long its client waits for the end; undefined: not at all. */
  seconds: number | undefined
}

/** What Redis is told of a request. */
interface Remembered {
  /** Of method, path and body. */
  fingerprint: string
  /** How it was refused; what was made is asked for, as it goes on. */
  refusal?: Reply
}

const day = 24 * 3600
const outcomes = counter('gateway.idempotency.count', { description: 'Requests with an idempotency key by outcome' })

type Header = string | string[] | undefined

export const isIdempotencyKey = (header: Header): header is string => typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)

/** @throws HttpProblem 400 */
export function idempotencyKey(header: Header): string | undefined {
  if (header === undefined || isIdempotencyKey(header)) return header
  throw problem(400, 'invalid_idempotency_key', 'An Idempotency-Key has 1 to 200 printable ASCII characters.')
}

const reused = 'idempotency_key_reused'

/** Those that say "later", "not there yet" or "who are you" are not the last word: the same request may come again. */
const isFinalRefusal = ({ status }: Reply): boolean => status >= 400 && status < 500 && ![401, 403, 404, 408, 425, 429].includes(status)
const isOfAnother = ({ status, body }: Reply): boolean => status === 422 && (JSON.parse(body) as { code?: unknown }).code === reused

/**
 * The short cut for requests that come again under their key: a refusal is said again, another request is refused, without asking the service. That
 * anything is done once is held by the services, each in its own database, so it goes on without Redis, and whatever Redis has forgotten.
 */
export function idempotencyKeys(redis: Redis) {
  /** What is under way here: who asks for the same meanwhile gets the same answer, and takes no room at the service. */
  const underWay = new Map<string, Promise<Reply>>()
  return async function once({ sagaId, method, path, body, seconds }: Keyed, run: () => Promise<Reply>): Promise<Reply> {
    const place = `idempotency:${sagaId}`
    const fingerprint = hash('sha256', `${method} ${path}\n${body ?? ''}`, 'base64url')
    const found = await redis.get(place).catch(() => null)
    const known = found === null ? undefined : (JSON.parse(found) as Remembered)
    const outcome = known === undefined ? 'first' : known.fingerprint === fingerprint ? 'repeated' : 'other'
    outcomes.add(1, { outcome })
    if (outcome === 'other') throw problem(422, reused, 'This idempotency key was used for another request.')
    const replayed = (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, 'idempotency-replayed': 'true' } })
    const again = (reply: Reply): Reply => (outcome === 'repeated' ? replayed(reply) : reply)
    if (known?.refusal !== undefined) return again(known.refusal)

    const same = `${sagaId} ${seconds} ${fingerprint}`
    const running = underWay.get(same)
    if (running !== undefined) return replayed(await running)
    const asked = run().finally(() => underWay.delete(same))
    underWay.set(same, asked)
    const reply = await asked
    const refused = isFinalRefusal(reply)
    const kept: Remembered = { fingerprint, ...(refused && { refusal: reply }) }
    // Nobody waits for it: without it the next one asks the service. What the service remembers under the key is another request's.
    if ((reply.status < 300 || refused) && !isOfAnother(reply)) redis.set(place, JSON.stringify(kept), 'EX', day).catch(() => {})
    return again(reply)
  }
}
export type Once = ReturnType<typeof idempotencyKeys>
