import type { Outcome } from '../domain/settlement.ts'
import { type Endpoint, exchange, UnknownOutcome } from './exchange.ts'

/** A thing to be made at the provider, at most once for its key. */
export interface Order {
  /** `/v1/charges` */
  readonly path: string
  readonly body: { readonly amount: number; readonly reference: string }
  readonly key: string
  /** From 1; an earlier attempt may have succeeded without our knowing. */
  readonly attempt: number
  readonly signal: AbortSignal
}

/**
 * What the provider made of an order. When an answer is lost it asks by the key, and only when the provider knows of nothing it sends the order
 * again, under the same key: never charges twice, never guesses.
 * @param guard every exchange goes through it (a circuit breaker)
 * @throws UnknownOutcome when it is still not known
 */
export async function resolve(
  endpoint: Endpoint,
  { path, body, key, attempt, signal }: Order,
  guard: <Value>(exchanging: () => Promise<Value>) => Promise<Value>,
): Promise<Outcome> {
  const about = body
  const ask = () =>
    guard(() => exchange(endpoint, { method: 'GET', path: `${path}?idempotencyKey=${encodeURIComponent(key)}`, signal, about }))
  const send = async () => {
    const outcome = await guard(() => exchange(endpoint, { method: 'POST', path, body, key, signal, about }))
    if (outcome === undefined) throw new UnknownOutcome('the provider gave no answer to an order')
    return outcome
  }
  if (attempt === 1) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof UnknownOutcome) || signal.aborted) throw error
    }
  }
  return (await ask()) ?? (await send())
}
