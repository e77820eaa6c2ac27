import { type Answer, ask, insist } from '../stack/gateway.ts'
import type { Person } from './people.ts'
import type { Product } from './products.ts'

export const shippingAddress = { name: 'Ella Example', line1: 'Rua do Teste 1', city: 'Lisboa', postalCode: '1000-001', country: 'PT' }

export interface Wish {
  readonly product: Product
  readonly quantity?: number
  readonly method?: string
  readonly country?: string
}

export const orderBody = ({ product, quantity = 1, method = 'credit_card', country = 'PT' }: Wish) => ({
  items: [{ productId: product.productId, quantity }],
  payment: { method },
  shippingAddress: { ...shippingAddress, country },
})

/** @returns the order's id, which is its saga's */
export async function place(by: Person, wish: Wish): Promise<string> {
  const { orderId } = await insist(ask('POST', '/orders', { token: by.token, body: orderBody(wish) }))
  return String(orderId)
}

export const cancel = (by: Person, orderId: string): Promise<Answer> => ask('POST', `/orders/${orderId}/cancel`, { token: by.token })
