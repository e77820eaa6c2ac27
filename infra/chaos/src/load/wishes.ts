import { type Random, randomOf } from '../plan/random.ts'
import { blockedCountry, orderOf, type Product, type Shop } from './shop.ts'

/** What becomes of an order once it is placed, so many ms later. */
export type After =
  | { readonly what: 'cancel'; readonly inMs: number }
  /** An administrator refunds it. */
  | { readonly what: 'refund'; readonly inMs: number; readonly part: boolean }
  /** The customer gives it back, and an administrator decides. */
  | { readonly what: 'return'; readonly inMs: number; readonly part: boolean; readonly approved: boolean }

/** One order as it is to be placed. */
export interface Wish {
  readonly token: string
  readonly body: object
  readonly after?: After
}

const methods = ['credit_card', 'debit_card', 'paypal', 'alipay', 'wechat']

/** Share of all orders that … */
const shares = { scarce: 0.1, declined: 0.05, blocked: 0.03, cancelled: 0.12, refunded: 0.04, returned: 0.06, severalLines: 0.15 }

/** The n-th order of a run: decided by the seed and n alone, whatever happened before. */
export function wishOf(seed: number, n: number, { buyers, plenty, scarce }: Shop): Wish {
  const random = randomOf(seed, `order ${n}`)
  const line = (goods: readonly Product[], most: number) => ({ productId: random.pick(goods).productId, quantity: random.between(1, most) })
  const items = random.chance(shares.scarce)
    ? [line(scarce, 2), ...(random.chance(0.3) ? [line(plenty, 2)] : [])]
    : Array.from({ length: random.chance(shares.severalLines) ? random.between(2, 4) : 1 }, () => line(plenty, 3))
  const method = random.chance(shares.declined) ? 'decline' : random.pick(methods)
  const country = random.chance(shares.blocked) ? blockedCountry : 'PT'
  const after = afterOf(random)
  return {
    token: random.pick(buyers),
    body: { ...orderOf(items, country), payment: { method } },
    ...(after !== undefined && { after }),
  }
}

function afterOf(random: Random): After | undefined {
  if (random.chance(shares.cancelled)) return { what: 'cancel', inMs: random.chance(0.5) ? random.between(0, 80) : random.between(0, 3000) }
  if (random.chance(shares.refunded)) return { what: 'refund', inMs: random.between(500, 6000), part: random.chance(0.5) }
  if (random.chance(shares.returned))
    return { what: 'return', inMs: random.between(500, 6000), part: random.chance(0.5), approved: random.chance(0.8) }
  return undefined
}
