import { Failure, unreachable } from '../errors.ts'
import { listOf, objectOf, textOf } from '../json.ts'
import { call, Refused } from '../stack/http.ts'
import { spansOf } from './otlp.ts'
import type { Span } from './span.ts'

/** What the walk asks of the place where traces are. */
export interface TraceStore {
  /** Ids of the traces that have a span of this saga. Times in milliseconds since 1970. */
  search(sagaId: string, fromMs: number, toMs: number): Promise<readonly string[]>
  /** A trace's spans; empty when there is no such trace (yet). */
  trace(traceId: string): Promise<readonly Span[]>
}

// More than any saga has; Tempo's own default is 20.
const MAX_TRACES = 1_000

export function tempo(url: string): TraceStore {
  const ask = async (path: string): Promise<unknown> => {
    try {
      return (await call(`${url.replace(/\/$/, '')}${path}`)).body
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined
      if (error instanceof Refused)
        throw new Failure(
          error.exitCode,
          `Tempo at ${url} says: ${error.message}`,
          'A fresh Tempo needs half a minute until it answers; `npm run -s murmur -- doctor` tells.',
        )
      if (error instanceof Failure) throw unreachable(`Tempo at ${url} does not answer`)
      throw error
    }
  }
  return {
    async search(sagaId, fromMs, toMs) {
      const query = new URLSearchParams({
        q: `{ span.saga.id = ${JSON.stringify(sagaId)} }`,
        limit: String(MAX_TRACES),
        start: String(Math.floor(fromMs / 1000)),
        end: String(Math.ceil(toMs / 1000)),
      })
      const answer = objectOf(await ask(`/api/search?${query}`))
      // Leading zeros are left out there.
      return listOf(answer['traces']).flatMap((trace) => textOf(objectOf(trace)['traceID'])?.padStart(32, '0') ?? [])
    },
    trace: async (traceId) => spansOf(await ask(`/api/traces/${traceId}`)),
  }
}
