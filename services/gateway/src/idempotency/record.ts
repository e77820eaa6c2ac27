import type { Reply } from '../reply.ts'

/** What is kept under an idempotency key. Times are milliseconds since 1970. */
export interface Running {
  /** Of method, path and body. */
  fingerprint: string
  /** The id that the request's creation has: whoever takes over uses it again, so that nothing is made twice. */
  sagaId: string
  /** Until then the first request is given time to end. */
  leaseUntil: number
}
export type KeyRecord = Running & { reply?: Reply }

/** What a request that finds its key taken gets. */
export type Found = { is: 'other' } | { is: 'answered'; reply: Reply } | { is: 'running' } | { is: 'abandoned'; sagaId: string }

export function judge(record: KeyRecord, fingerprint: string, now: number): Found {
  if (record.fingerprint !== fingerprint) return { is: 'other' }
  if (record.reply) return { is: 'answered', reply: record.reply }
  return record.leaseUntil > now ? { is: 'running' } : { is: 'abandoned', sagaId: record.sagaId }
}

/** Whether an answer is the last word. Those that say "later" or "who are you" are not: the same request may come again. */
export const isFinal = ({ status }: Reply): boolean => status < 500 && ![401, 403, 408, 425, 429].includes(status)
