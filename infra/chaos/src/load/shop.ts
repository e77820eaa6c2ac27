import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../stack/stage.ts'
import type { Asking, Gateway } from './gateway.ts'

export interface Product {
  readonly productId: string
  readonly sku: string
}

/** Who buys, and what there is: plenty of some goods, a few pieces of others that many want. */
export interface Shop {
  readonly admin: string
  readonly buyers: readonly string[]
  readonly plenty: readonly Product[]
  readonly scarce: readonly Product[]
}

/** Orders from there are rejected by the risk rules. */
export const blockedCountry = 'KP'

const buyers = 8
const prices = { plenty: [990, 2500, 4999, 12_000, 150_000, 1], scarce: [7500, 19_900, 3000] }
const pieces = { plenty: 1_000_000, scarce: 12 }

/** Fills an empty stack through its gateway. @throws Error when it says no */
export async function openShop(gateway: Gateway, { admin }: Pick<Stage, 'admin'>): Promise<Shop> {
  const must = async (method: string, path: string, asking: Asking): Promise<Readonly<Record<string, unknown>>> => {
    // A key, as an answer may get lost on a busy machine.
    const { status, body } = await gateway.insist(method, path, { ...asking, key: randomUUID() })
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`)
    return body
  }
  const login = async (email: string, password: string): Promise<string> =>
    String((await must('POST', '/auth/login', { body: { email, password } }))['accessToken'])
  const token = await login(admin.email, admin.password)
  const product = async (kind: keyof typeof pieces, amount: number, index: number): Promise<Product> => {
    const sku = `CHAOS-${kind.toUpperCase()}-${index}`
    const body = { sku, name: `Something ${kind}`, category: 'Chaos', price: { amount, currency: 'EUR' } }
    const { productId } = await must('POST', '/products', { token, body })
    await must('POST', `/inventory/${sku}/restock`, { token, body: { quantity: pieces[kind] } })
    return { productId: String(productId), sku }
  }
  const buyer = async (index: number): Promise<string> => {
    const [email, password] = [`buyer-${index}@chaos.example`, randomBytes(18).toString('base64url')]
    const body = { email, username: `chaos-${index}`, password, fullName: 'Chaos Buyer' }
    // One that was registered although its answer got lost (409) can log in.
    await gateway.insist('POST', '/auth/register', { body })
    return login(email, password)
  }
  await must('PUT', '/risk/rules/country_blocked', { token, body: { params: { countries: [blockedCountry] } } })
  const shop = {
    admin: token,
    plenty: await Promise.all(prices.plenty.map((price, index) => product('plenty', price, index))),
    scarce: await Promise.all(prices.scarce.map((price, index) => product('scarce', price, index))),
    buyers: await Promise.all(Array.from({ length: buyers }, (_, index) => buyer(index))),
  }
  await known(gateway, shop)
  return shop
}

/** The order service has heard of all products when it can price an order of them. */
async function known(gateway: Gateway, { buyers: [token], plenty, scarce }: Shop): Promise<void> {
  const items = [...plenty, ...scarce].map(({ productId }) => ({ productId, quantity: 1 }))
  for (let tries = 0; ; tries++) {
    const { status, body } = await gateway.ask('POST', '/orders', { token, body: { ...orderOf(items), payment: { method: 'decline' } } })
    if (status === 201) return
    if (tries === 100) throw new Error(`the goods cannot be ordered: ${status} ${JSON.stringify(body)}`)
    await sleep(100)
  }
}

export const orderOf = (items: readonly { productId: string; quantity: number }[], country = 'PT') => ({
  items,
  shippingAddress: { name: 'Chaos Buyer', line1: 'Rua do Teste 1', city: 'Lisboa', postalCode: '1000-001', country },
})
