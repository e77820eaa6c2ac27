import type { CaptureRequest } from '@murmuration/channel/domain/capture'
import type { RefundRequest } from '@murmuration/channel/domain/refund'
import type { Outcome } from '@murmuration/channel/domain/settlement'
import { openBook } from '@murmuration/channel/provider/book'
import { adapters, type Call } from '@murmuration/channel/psp/adapters'
import { type Exchange, otherwise } from '@murmuration/channel/psp/exchange'
import { outcomeOf, UnknownOutcome } from '@murmuration/channel/psp/outcome'
import { resolve } from '@murmuration/channel/psp/resolve'
import type { EffectCall } from '@murmuration/choreography'
import type { Wire } from '@murmuration/simulation'

type Book = ReturnType<typeof openBook>
export type Entry = NonNullable<ReturnType<Book['find']>>

/** The payment provider: the real book of the provider simulator, whose charges and refunds each happen once for their key. */
export interface Provider {
  readonly book: Book
  /** All that was ever booked, in order; declined ones moved no money. */
  readonly entries: readonly Entry[]
  readonly now: () => number
}

/** @param booked is told of each new entry: where webhooks come from */
export function openProvider(now: () => number, booked: (entry: Entry) => void): Provider {
  const entries: Entry[] = []
  const book = openBook([], (entry) => {
    entries.push(entry)
    booked(entry)
  })
  return { book, entries, now }
}

/** The channel's effects with its own way of asking, which never charges twice and never guesses, over a wire that may fail. */
export function providerEffects(provider: Provider, wire: Wire) {
  const perform = ({ path, body }: Call, { key, attempt, signal }: EffectCall) =>
    resolve((what) => exchange(provider, wire, what, key), { path, body, key, attempt, signal })
  return {
    capture: (request: CaptureRequest, call: EffectCall) => perform(adapterOf(request).charge(request), call),
    refund: (request: RefundRequest, call: EffectCall) => perform(adapterOf(request).refund(request), call),
  }
}

function adapterOf({ method }: { method: CaptureRequest['method'] }) {
  const adapter = adapters.find(({ methods }) => methods.includes(method))
  if (adapter === undefined) throw new Error(`no adapter for ${method}`)
  return adapter
}

async function exchange(
  provider: Provider,
  wire: Wire,
  { method, path, body, about }: Exchange,
  key: string,
): Promise<Outcome | undefined> {
  const told = await wire(`${method} ${path.split('?')[0]}`, () => answer(provider, method, path, key, body)).catch((cause: unknown) => {
    throw new UnknownOutcome('the provider did not answer', { cause })
  })
  if (told === undefined) return undefined
  const differing = otherwise(about, { ...told })
  if (differing.length > 0) throw new Error(`the provider made something else under this key: it has another ${differing.join(', ')}`)
  return outcomeOf(told)
}

type ChargeOrder = Parameters<Book['charge']>[1]
type RefundOrder = Parameters<Book['refund']>[1]

function answer({ book, now }: Provider, method: 'GET' | 'POST', path: string, key: string, body: object | undefined): Entry | undefined {
  const charges = path.startsWith('/v1/charges')
  if (method === 'GET') return book.find(charges ? 'charge' : 'refund', key)
  const at = new Date(now())
  const booked = charges
    ? book.charge(key, body as ChargeOrder, { successRate: 1 }, at)
    : book.refund(key, body as RefundOrder, { refundSuccessRate: REFUND_SUCCESS_RATE }, at)
  if (typeof booked === 'string') throw new Error(`the provider refuses the order: ${booked}`)
  return booked.entry
}

/** Some refunds are declined for no reason that anybody could foresee. */
const REFUND_SUCCESS_RATE = 0.7
