import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gateway } from './gateway.ts'
import type { Shop } from './shop.ts'
import { type Wish, wishOf } from './wishes.ts'

/** What the gateway has promised by a 2xx: it must be found in the end. */
export interface Promises {
  readonly orders: Set<string>
  readonly cancelled: Set<string>
  /** Refund ids by order. */
  readonly refunds: Map<string, string>
  /** Answers other than 201 to an order that is as it should be, by status. */
  readonly refused: Record<string, number>
}

export interface LoadOptions {
  readonly gateway: Gateway
  readonly shop: Shop
  readonly seed: number
  readonly seconds: number
  /** Orders a second. */
  readonly rate: number
}

export interface Load {
  readonly promises: Promises
  /** How many orders were begun. */
  begun(): number
  readonly done: Promise<void>
}

const atOnce = 96
const restockEveryMs = 4000

/**
 * So many orders a second, whatever happens. A client repeats what got no answer, or "try again", under the same idempotency key. What was due while the
 * gateway was away is made up for, some at a time.
 */
export function startLoad({ gateway, shop, seed, seconds, rate }: LoadOptions): Load {
  const promises: Promises = { orders: new Set(), cancelled: new Set(), refunds: new Map(), refused: {} }
  const total = Math.round(seconds * rate)
  const start = performance.now()
  let begun = 0
  const followUps = new Set<Promise<void>>()

  const client = async (): Promise<void> => {
    while (begun < total) {
      const n = begun++
      const early = start + (n * 1000) / rate - performance.now()
      if (early > 0) await sleep(early)
      await order(wishOf(seed, n, shop))
    }
  }

  const order = async ({ token, body, after }: Wish): Promise<void> => {
    const { status, body: answer } = await gateway.insist('POST', '/orders', { token, body, key: randomUUID() })
    const orderId = String(answer['orderId'])
    if (status !== 201) {
      const name = `${status} ${String(answer['code'] ?? '')}`
      promises.refused[name] = (promises.refused[name] ?? 0) + 1
      return
    }
    promises.orders.add(orderId)
    if (after === undefined) return
    const followUp = sleep(after.inMs)
      .then(() => (after.what === 'cancel' ? cancel(orderId, token) : refund(orderId, token, after.part)))
      .finally(() => followUps.delete(followUp))
    followUps.add(followUp)
  }

  const cancel = async (orderId: string, token: string): Promise<void> => {
    const { status } = await gateway.insist('POST', `/orders/${orderId}/cancel`, { token })
    if (status === 200) promises.cancelled.add(orderId)
  }

  const refund = async (orderId: string, token: string, part: boolean): Promise<void> => {
    const { body } = await gateway.insist('GET', `/payments?orderId=${orderId}`, { token })
    const [payment] = (body['items'] ?? []) as { paymentId: string; status: string; amount: { amount: number; currency: string } }[]
    if (payment === undefined || payment.amount.amount < 2) return
    const amount = { ...payment.amount, amount: Math.ceil(payment.amount.amount / 2) }
    const asking = { token, body: part ? { amount } : {}, key: randomUUID() }
    const answer = await gateway.insist('POST', `/payments/${payment.paymentId}/refunds`, asking)
    if (answer.status === 201) promises.refunds.set(orderId, String(answer.body['refundId']))
  }

  const restock = async (): Promise<void> => {
    while (begun < total) {
      await sleep(restockEveryMs)
      for (const { sku } of shop.scarce)
        await gateway.insist('POST', `/inventory/${sku}/restock`, { token: shop.admin, body: { quantity: 3 }, key: randomUUID() })
    }
  }

  const run = async (): Promise<void> => {
    await Promise.all([restock(), ...Array.from({ length: atOnce }, client)])
    while (followUps.size > 0) await Promise.all(followUps)
  }
  return { promises, begun: () => begun, done: run() }
}
