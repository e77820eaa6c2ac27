import { inSpan } from '@murmuration/telemetry'
import { z } from 'zod'
import type { Outcome } from '../domain/settlement.ts'
import { send } from './http.ts'
import { outcomeOf, shortText, UnknownOutcome } from './outcome.ts'

/** A provider's API as it is spoken over HTTP. */
export interface Endpoint {
  /** Base URL without trailing slash. */
  readonly url: string
  /** For one exchange, in ms. */
  readonly timeoutMs: number
}

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly key?: string
  readonly body?: object
  readonly signal: AbortSignal
  /** What the answer has to be about. */
  readonly about: { readonly amount: number; readonly reference: string }
}

/** With a problem of the provider's own, these say for sure that nothing was done, and never will be for this request. */
const refusals = new Set([400, 404])
const problem = z.object({ code: shortText(100).pipe(z.string().min(1)), message: shortText(2000) })

/**
 * One exchange with the provider. Undefined when a GET finds nothing.
 * @throws UnknownOutcome when the answer did not come or does not say what became of the request
 */
export const exchange = (
  { url, timeoutMs }: Endpoint,
  { method, path, key, body, signal, about }: Exchange,
): Promise<Outcome | undefined> =>
  inSpan(
    'payment.gateway.call',
    async (span): Promise<Outcome | undefined> => {
      const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      const headers = key === undefined ? {} : { 'idempotency-key': key }
      const { status, text } = await send(url + path, { method, headers, body, signal: within }).catch((cause: unknown) => {
        throw new UnknownOutcome('the provider did not answer', { cause })
      })
      const told = json(text)
      span.setAttribute('http.response.status_code', status)
      if (method === 'GET' && status === 404) return undefined
      const outcome = status < 500 ? outcomeOf(told) : undefined
      if (outcome !== undefined) {
        const differing = otherwise(about, told as Record<string, unknown>)
        if (differing.length === 0) return outcome
        // Never taken for ours, and nothing that a retry mends: an operator has to look.
        throw new Error(`the provider made something else under this key: it has another ${differing.join(', ')}`)
      }
      const refusal = method === 'POST' && refusals.has(status) ? problem.safeParse(told).data : undefined
      if (refusal !== undefined) return { outcome: 'declined', ...refusal, at: new Date().toISOString() }
      throw new UnknownOutcome(`the provider answered ${status} to ${method} ${path.split('?')[0]}`)
    },
    { 'http.request.method': method, 'url.path': path.split('?')[0] },
  )

const always: readonly string[] = ['amount', 'reference']

/** The fields of an order that its answer tells otherwise; what it may leave out and does, it does not. */
export const otherwise = (about: Exchange['about'], told: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(about).flatMap(([field, value]) =>
    told[field] === value || (told[field] === undefined && !always.includes(field)) ? [] : [field],
  )

function json(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
