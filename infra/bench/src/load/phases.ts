import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from '../stats/ledger.ts'
import type { Place } from './buyers.ts'

export interface Load {
  readonly place: Place
  readonly book: Ledger
  readonly seconds: number
  /** Number of the first order, so that phases do not all begin with the same products. */
  readonly from?: number
}

/** One client, one saga after the other. */
export async function inTurn({ place, book, seconds, from = 0 }: Load): Promise<void> {
  const until = performance.now() + seconds * 1000
  for (let n = from; performance.now() < until; n++) {
    await book.turn(1)
    await place(n, performance.now(), book)
  }
}

/**
 * So many a second, whatever the answers do: times count from when an order was due, so that a stack which stalls cannot hide the ones
 * that it kept from being sent (coordinated omission).
 *
 * @returns by how much each was sent too late: what the generator itself adds
 */
export async function offered({
  place,
  book,
  seconds,
  rate,
  from = 0,
}: Load & { readonly rate: number }): Promise<{ sendLagMs: number[] }> {
  const sendLagMs: number[] = []
  const start = performance.now()
  const total = Math.round(seconds * rate)
  const placing: Promise<void>[] = []
  for (let n = 0; n < total; n++) {
    const dueAt = start + (n * 1000) / rate
    const early = dueAt - performance.now()
    // A timer may fire up to a millisecond early; an order is never sent before it is due.
    if (early > 0) await sleep(Math.ceil(early))
    sendLagMs.push(performance.now() - dueAt)
    book.sent()
    placing.push(place(from + n, dueAt, book))
  }
  await Promise.all(placing)
  return { sendLagMs }
}

/** As fast as it goes: each client posts its next order as soon as the last was answered, while fewer than `inFlight` sagas are open. */
export async function saturated({
  place,
  book,
  seconds,
  clients,
  inFlight,
  from = 0,
}: Load & { readonly clients: number; readonly inFlight: number }): Promise<void> {
  const until = performance.now() + seconds * 1000
  let n = from
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      await book.turn(inFlight)
      if (performance.now() >= until) return book.withdrawn()
      await place(n++, performance.now(), book)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
}

/** Waits until every saga has ended, or none has for `patienceMs`. */
export async function drained(book: Ledger, patienceMs: number): Promise<void> {
  let left = book.open()
  let since = performance.now()
  while (left > 0 && performance.now() - since < patienceMs) {
    await sleep(5)
    const now = book.open()
    if (now !== left) since = performance.now()
    left = now
  }
}
