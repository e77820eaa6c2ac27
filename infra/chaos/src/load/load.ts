import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gateway } from './gateway.ts'
import type { Shop } from './shop.ts'
import { type After, type Wish, wishOf } from './wishes.ts'

/** What the gateway has promised by a 2xx: it must be found in the end. */
export interface Promises {
  readonly orders: Set<string>
  readonly cancelled: Set<string>
  /** Refund ids by order. */
  readonly refunds: Map<string, string>
  /** Return ids by order. */
  readonly returns: Map<string, string>
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
  /** How many orders have not ended yet. */
  readonly open: () => number
  /** Whether more orders are wanted than that. */
  readonly more: () => boolean
}

export interface Load {
  readonly promises: Promises
  /** How many orders were begun. */
  begun(): number
  /** Whether all were. */
  over(): boolean
  readonly done: Promise<void>
}

const atOnce = 96
/** What a broker that is gone for a minute leaves behind does not stop the buyers before half of it is over. */
const openAtMost = 1000
const lookEveryMs = 100
const restockEveryMs = 4000

/**
 * So many orders a second, and all of them in the end, whatever happens. A client repeats what got no answer, or "try again", under the same idempotency
 * key. While too many orders have not ended, nobody orders: a slow machine takes longer. What was due meanwhile is made up for, some at a time.
 */
export function startLoad({ gateway, shop, seed, seconds, rate, open, more }: LoadOptions): Load {
  const promises: Promises = { orders: new Set(), cancelled: new Set(), refunds: new Map(), returns: new Map(), refused: {} }
  const total = Math.round(seconds * rate)
  const start = performance.now()
  let begun = 0
  const over = (): boolean => begun >= total && !more()
  const followUps = new Set<Promise<void>>()

  const client = async (): Promise<void> => {
    while (!over()) {
      const n = begun++
      const early = start + (n * 1000) / rate - performance.now()
      if (early > 0) await sleep(early)
      while (open() > openAtMost) await sleep(lookEveryMs)
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
      .then(() => followed(orderId, token, after))
      .finally(() => followUps.delete(followUp))
    followUps.add(followUp)
  }

  const followed = (orderId: string, token: string, after: After): Promise<void> => {
    switch (after.what) {
      case 'cancel':
        return cancel(orderId, token)
      case 'refund':
        return refund(orderId, after.part)
      case 'return':
        return giveBack(orderId, token, after)
    }
  }

  const cancel = async (orderId: string, token: string): Promise<void> => {
    const { status } = await gateway.insist('POST', `/orders/${orderId}/cancel`, { token })
    if (status === 200) promises.cancelled.add(orderId)
  }

  const giveBack = async (orderId: string, token: string, { part, approved }: Extract<After, { what: 'return' }>): Promise<void> => {
    const { body } = await gateway.insist('GET', `/orders/${orderId}`, { token })
    const [item] = (body['items'] ?? []) as { productId: string }[]
    const items = part && item !== undefined ? { items: [{ productId: item.productId, quantity: 1 }] } : {}
    const asking = { token, body: { reason: 'chaos', ...items }, key: randomUUID() }
    const answer = await gateway.insist('POST', `/orders/${orderId}/returns`, asking)
    if (answer.status !== 201) return
    const returnId = String(answer.body['returnId'])
    promises.returns.set(orderId, returnId)
    const decision = approved ? {} : { body: { reason: 'chaos' } }
    await gateway.insist('POST', `/orders/${orderId}/returns/${returnId}/${approved ? 'approve' : 'reject'}`, {
      token: shop.admin,
      ...decision,
    })
  }

  const refund = async (orderId: string, part: boolean): Promise<void> => {
    const token = shop.admin
    const { body } = await gateway.insist('GET', `/payments?orderId=${orderId}`, { token })
    const [payment] = (body['items'] ?? []) as { paymentId: string; status: string; amount: { amount: number; currency: string } }[]
    if (payment === undefined || payment.amount.amount < 2) return
    const amount = { ...payment.amount, amount: Math.ceil(payment.amount.amount / 2) }
    const asking = { token, body: part ? { amount } : {}, key: randomUUID() }
    const answer = await gateway.insist('POST', `/payments/${payment.paymentId}/refunds`, asking)
    if (answer.status === 201) promises.refunds.set(orderId, String(answer.body['refundId']))
  }

  const restock = async (): Promise<void> => {
    while (!over()) {
      await sleep(restockEveryMs)
      for (const { sku } of shop.scarce)
        await gateway.insist('POST', `/inventory/${sku}/restock`, { token: shop.admin, body: { quantity: 3 }, key: randomUUID() })
    }
  }

  const run = async (): Promise<void> => {
    await Promise.all([restock(), ...Array.from({ length: atOnce }, client)])
    while (followUps.size > 0) await Promise.all(followUps)
  }
  return { promises, begun: () => begun, over, done: run() }
}
