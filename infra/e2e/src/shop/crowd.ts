import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { rowsOf } from '../check/databases.ts'
import { balanceOf, statementOf } from '../check/statement.ts'
import { ask } from '../stack/gateway.ts'
import { event } from '../watch/log.ts'
import { orderBody } from './orders.ts'
import type { Person } from './people.ts'
import { type Level, levelOf, type Product } from './products.ts'

/** What a crowd of orders came to. */
export interface Outcome {
  readonly byStatus: Readonly<Record<string, number>>
  readonly level: Level
  /** On the provider's statement, in minor units. */
  readonly taken: number
  readonly charges: number
}

/** Answers of the gateway that a client may get at any time, and must only repeat. */
const isBusy = (status: number): boolean => status === 503 || status === 429

/**
 * Places so many orders, some at a time. What is refused with 503 is asked again under the same idempotency key, as a client would.
 *
 * @throws Error for any other answer than 201 or a 503 that says when to come again
 */
export async function orders(by: Person, product: Product, count: number, { atOnce = 20 } = {}): Promise<string[]> {
  const ids: string[] = []
  const client = async (): Promise<void> => {
    while (ids.length + underway < count) {
      underway++
      ids.push(await stubborn(by, product).finally(() => underway--))
    }
  }
  let underway = 0
  await Promise.all(Array.from({ length: atOnce }, client))
  return ids
}

async function stubborn(by: Person, product: Product): Promise<string> {
  const headers = { 'idempotency-key': randomUUID() }
  for (const until = Date.now() + 60_000; ; ) {
    const { status, body, headers: answered } = await ask('POST', '/orders', { token: by.token, body: orderBody({ product }), headers })
    if (status === 201) return String(body['orderId'])
    if (!isBusy(status) || !answered.has('retry-after') || Date.now() > until) throw new Error(`${status}: ${JSON.stringify(body)}`)
    await sleep(300)
  }
}

/** Waits until all have ended and their customers were told, then adds up what that came to. */
export async function outcomeOf(ids: readonly string[], product: Product, timeoutMs = 60_000): Promise<Outcome> {
  await Promise.all(ids.map((orderId) => event(orderId, 'NotificationSent', timeoutMs)))
  const rows = await rowsOf<{ status: string; orders: number }>(
    'order',
    `select status, count(*)::int as orders from orders where items @> $1::jsonb group by 1`,
    [JSON.stringify([{ sku: product.sku }])],
  )
  const statement = await statementOf(...ids)
  return {
    byStatus: Object.fromEntries(rows.map(({ status, orders }) => [status, orders])),
    level: await levelOf(product),
    taken: balanceOf(statement),
    charges: statement.filter(({ type }) => type === 'charge').length,
  }
}

/** That so many were sold, and nothing else happened. */
export const allSold = (count: number, { price }: Product, stock: number): Outcome => ({
  byStatus: { confirmed: count },
  level: { available: stock - count, reserved: 0, total: stock - count },
  taken: count * price.amount,
  charges: count,
})
