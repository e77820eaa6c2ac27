import type { Outcome } from '../domain/settlement.ts'
import type { Exchange } from './exchange.ts'
import { UnknownOutcome } from './outcome.ts'

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
 * @param exchange one exchange with the provider; undefined when a GET finds nothing
 * @throws UnknownOutcome when it is still not known
 */
export async function resolve(
  exchange: (what: Exchange) => Promise<Outcome | undefined>,
  { path, body, key, attempt, signal }: Order,
): Promise<Outcome> {
  const about = body
  const ask = () => exchange({ method: 'GET', path: `${path}?idempotencyKey=${encodeURIComponent(key)}`, signal, about })
  const send = async () => {
    const outcome = await exchange({ method: 'POST', path, body, key, signal, about })
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
