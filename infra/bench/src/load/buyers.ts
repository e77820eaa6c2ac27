import type { Ledger } from '../stats/ledger.ts'
import type { Wire } from './wire.ts'

export interface Buyer {
  readonly token: string
}

/** What is ordered by whom: buyers in turn, one piece of one of the products each. */
export interface Shop {
  readonly buyers: readonly Buyer[]
  readonly productIds: readonly string[]
}

const shippingAddress = { name: 'Bench Buyer', line1: 'Loopback Lane 1', city: 'Lisboa', postalCode: '1000-001', country: 'PT' }

/** Places the n-th order and enters it in the ledger, where it must have been `sent` already. */
export type Place = (n: number, dueAt: number, book: Ledger) => Promise<void>

export function placer({ post }: Pick<Wire, 'post'>, { buyers, productIds }: Shop): Place {
  return async (n, dueAt, book) => {
    const buyer = buyers[n % buyers.length]
    const productId = productIds[n % productIds.length]
    const body = { items: [{ productId, quantity: 1 }], payment: { method: 'credit_card' }, shippingAddress }
    const answer = await post('/orders', body, buyer?.token)
    const { orderId, code } = (typeof answer.body === 'object' && answer.body !== null ? answer.body : {}) as {
      orderId?: string
      code?: string
    }
    if (answer.status === 201 && orderId !== undefined) book.accepted(orderId, dueAt, performance.now())
    else book.refused(answer.status === 0 ? 'no answer' : `${answer.status}${code === undefined ? '' : ` ${code}`}`)
  }
}
