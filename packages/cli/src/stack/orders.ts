import { setTimeout as sleep } from 'node:timers/promises'
import { listOf, numberOf, objectOf, textOf } from '../json.ts'
import { api, type Role } from './session.ts'
import type { Stack } from './stack.ts'

export interface Money {
  readonly amount: number
  readonly currency: string
}

/** An order as the gateway answers it, as far as `murmur` looks at it. */
export interface OrderView {
  readonly orderId: string
  readonly status: string
  readonly reason?: string
  readonly total: Money
  readonly items: readonly unknown[]
  readonly paymentId?: string
  readonly method?: string
  readonly history: readonly { readonly status: string; readonly at: string; readonly reason?: string }[]
  readonly placedAt?: string
}

export function orderOf(body: unknown): OrderView {
  const order = objectOf(body)
  const payment = objectOf(order['payment'])
  const reason = textOf(order['reason'])
  const paymentId = textOf(payment['paymentId'])
  const method = textOf(payment['method'])
  const placedAt = textOf(order['placedAt'])
  return {
    orderId: textOf(order['orderId']) ?? '',
    status: textOf(order['status']) ?? 'unknown',
    ...(reason === undefined ? {} : { reason }),
    total: moneyOf(order['total']),
    items: listOf(order['items']),
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(method === undefined ? {} : { method }),
    history: listOf(order['history']).map((entry) => objectOf(entry) as unknown as OrderView['history'][number]),
    ...(placedAt === undefined ? {} : { placedAt }),
  }
}

export const moneyOf = (value: unknown): Money => ({
  amount: numberOf(objectOf(value)['amount']) ?? 0,
  currency: textOf(objectOf(value)['currency']) ?? '',
})

/** `109.70 EUR`: all our currencies have two digits. */
export const written = ({ amount, currency }: Money): string => `${(amount / 100).toFixed(2)} ${currency}`

export const hasEnded = ({ status }: OrderView): boolean => status === 'confirmed' || status === 'cancelled' || status === 'failed'

export const getOrder = async (stack: Stack, orderId: string, role: Role = 'demo'): Promise<OrderView> =>
  orderOf((await api(stack, `/orders/${encodeURIComponent(orderId)}`, {}, role)).body)

/** Asks again, less and less often, until the order is as wanted, or the time is up; answers it as it then is. */
export async function awaitOrder(
  stack: Stack,
  orderId: string,
  wanted: (order: OrderView) => boolean,
  timeoutMs: number,
): Promise<OrderView> {
  const deadline = Date.now() + timeoutMs
  for (let pauseMs = 100; ; pauseMs = Math.min(1_000, pauseMs * 1.5)) {
    const order = await getOrder(stack, orderId)
    if (wanted(order) || Date.now() >= deadline) return order
    await sleep(pauseMs)
  }
}
