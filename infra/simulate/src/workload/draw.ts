import type { PaymentMethod } from '@murmuration/contracts'
import { type Dice, dice } from './dice.ts'
import { BLOCKED_COUNTRY, type Deed, type DeedOf, type Goods, lies, type Plan, poisons } from './plan.ts'

/** Below the amount up to which a silent risk service is not waited for, above it, and as high as only the rich pay. */
const PRICES = [999, 4_000, 25_000, 1_500_000]
const METHODS: readonly PaymentMethod[] = ['credit_card', 'debit_card', 'paypal', 'alipay', 'wechat']
const MINUTES = 60_000
/** Retried refunds are numbered from here on. */
const RETRIES_FROM = 100_000

/** Orders are placed from here on; before it the catalogue is filled. */
const RUSH_FROM_MS = 3_000
/** What the keepers of the shop do, they do within this time. */
const BUSY_MS = 8_000

/**
 * Of 100 runs so many have between the least and the most orders, within that time. In the small ones things happen one by one, in every order; in the large ones there
 * are batches, queues and locks.
 */
const SIZES = [
  { share: 55, least: 3, most: 24, rushMs: 4_000 },
  { share: 25, least: 25, most: 90, rushMs: 2_000 },
  { share: 20, least: 100, most: 500, rushMs: 1_000 },
] as const

/** A workload from a seed: few pieces, many orders that race for them, and everything that customers, operators and strangers may do. */
export function draw(seed: number): Plan {
  const chance = dice(seed)
  const users = chance.between(1, 3)
  const { count, rushMs } = drawSize(chance)
  const plenty = Math.ceil(count / 24)
  const warehouses = Array.from({ length: chance.pick([1, 2, 2, 3]) }, () => chance.between(1, 2))
  const goods = Array.from({ length: chance.between(1, 4) }, (_, product) => drawGoods(chance, product, plenty, warehouses.length))
  const orders = Array.from({ length: count }, (_, order) => drawOrder(chance, order, { rushMs, users, goods }))
  const counts = { refunds: 0, returns: 0 }
  const deeds = [
    ...orders,
    ...orders.flatMap((order) => drawAbout(chance, order, users, counts)),
    ...drawKeepers(chance, goods, warehouses.length, users),
    ...drawSilences(chance),
    ...[12_000, 40_000].map((atMs, round) => ({
      atMs,
      does: 'retry refunds' as const,
      orders: orders.map(({ order }) => order),
      refund: RETRIES_FROM * (round + 1),
    })),
  ]
  deeds.sort((a, b) => a.atMs - b.atMs)
  const holdMs = chance.chance(0.4) ? chance.between(200, 6_000) : 15 * MINUTES
  const refundRetriesMs = Array.from({ length: chance.between(0, 3) }, () => chance.pick([50, 1_000, 8_000, 60_000]))
  return { holdMs, refundRetriesMs, users, warehouses, goods, deeds }
}

function drawSize(chance: Dice): { readonly count: number; readonly rushMs: number } {
  let drawn = chance.below(100)
  for (const { share, least, most, rushMs } of SIZES) {
    if (drawn < share) return { count: chance.between(least, most), rushMs }
    drawn -= share
  }
  throw new Error('the shares are 100 in all')
}

/** Few pieces for the orders that there are; of every other product of a large run as few as of a small one's. They lie in one warehouse or in several. */
function drawGoods(chance: Dice, product: number, plenty: number, warehouses: number): Goods {
  const price = chance.pick(PRICES)
  let left = chance.between(1, 12) * chance.pick([1, plenty])
  const pieces = Array.from({ length: warehouses }, (_, warehouse) => {
    const here = warehouse === warehouses - 1 ? left : chance.between(0, left)
    left -= here
    return here
  })
  return { product, price, pieces }
}

interface Shop {
  readonly rushMs: number
  readonly users: number
  readonly goods: readonly Goods[]
}

function drawOrder(chance: Dice, order: number, { rushMs, users, goods }: Shop): DeedOf<'place'> {
  const items = goods.filter(() => chance.chance(0.5)).map(({ product }) => ({ product, quantity: chance.between(1, 3) }))
  if (items.length === 0) items.push({ product: chance.pick(goods).product, quantity: 1 })
  // The same product on two lines is one claim on the stock.
  if (chance.chance(0.1)) items.push({ product: (items[0] as (typeof items)[number]).product, quantity: 1 })
  return {
    atMs: RUSH_FROM_MS + chance.below(rushMs),
    does: 'place',
    order,
    user: chance.below(users),
    items,
    method: chance.chance(0.12) ? 'decline' : chance.pick(METHODS),
    source: chance.chance(0.05) ? 'wallet' : 'channel',
    country: chance.chance(0.08) ? BLOCKED_COUNTRY : 'DE',
    byLog: chance.chance(0.05),
    forged: chance.chance(0.3),
    webhooksMs: Array.from({ length: chance.pick([0, 0, 1, 1, 2]) }, () => chance.pick([1, 20, 300, 3_000]) * chance.between(1, 3)),
    lie: chance.chance(0.08) ? chance.pick(lies) : undefined,
  }
}

/** What becomes of an order besides what the services do. */
function drawAbout(chance: Dice, placed: DeedOf<'place'>, users: number, counts: { refunds: number; returns: number }): Deed[] {
  const { order, user, atMs } = placed
  const deeds: Deed[] = []
  const soon = () => atMs + chance.pick([10, 100, 400, 1_500, 8_000]) + chance.below(200)
  if (chance.chance(0.15)) deeds.push({ ...placed, atMs: soon() })
  if (chance.chance(0.3)) {
    deeds.push({ atMs: soon(), does: 'cancel', order, user })
    if (chance.chance(0.2)) deeds.push({ atMs: soon(), does: 'cancel', order, user: chance.below(users) })
  }
  if (chance.chance(0.05)) deeds.push({ atMs: soon(), does: 'give up', order })
  while (chance.chance(0.3)) {
    const refund = {
      does: 'refund',
      order,
      ...(chance.chance(0.15) ? { user } : {}),
      refund: counts.refunds++,
      amount: chance.pick(['all', 'third', 'third', 'more'] as const),
    } as const
    deeds.push({ atMs: soon(), ...refund })
    if (chance.chance(0.3)) deeds.push({ atMs: soon(), ...refund })
  }
  while (chance.chance(0.35)) deeds.push(...drawReturn(chance, placed, counts.returns++, soon))
  if (chance.chance(0.08)) deeds.push({ atMs: soon(), does: 'poison', how: chance.pick(poisons), order })
  if (chance.chance(0.15)) deeds.push({ atMs: soon(), does: 'repeat', order, nth: chance.below(12) })
  return deeds
}

/** The customer gives something back, and the administrators decide: at once, later, too early, twice, or not at all. */
function drawReturn(chance: Dice, { order, user, items }: DeedOf<'place'>, number: number, soon: () => number): Deed[] {
  const wish = {
    does: 'return',
    order,
    user,
    return: number,
    ...(chance.chance(0.4) ? {} : { product: chance.pick(items).product }),
    quantity: chance.between(1, 2),
    withoutApproval: chance.pick([0, 0, 5_000]),
  } as const
  const atMs = soon() + chance.pick([500, 4_000])
  const deeds: Deed[] = [{ atMs, ...wish }]
  if (chance.chance(0.3)) deeds.push({ atMs: atMs + chance.below(500), ...wish })
  const decides = () => ({
    atMs: atMs + chance.below(3_000),
    order,
    return: number,
    does: chance.pick(['approve', 'approve', 'reject'] as const),
  })
  while (chance.chance(0.6)) deeds.push(decides())
  return deeds
}

/** Those who keep the shop: its stock, its prices, its customers' wishes, and what was parked. */
function drawKeepers(chance: Dice, goods: readonly Goods[], warehouses: number, users: number): Deed[] {
  const deeds: Deed[] = [
    { atMs: 10_000, does: 'look after parked', forMs: 0 },
    // The last one stays until all faults are over.
    { atMs: 18_000, does: 'look after parked', forMs: 45_000 },
  ]
  const when = () => RUSH_FROM_MS + chance.below(BUSY_MS)
  const { product } = chance.pick(goods)
  if (chance.chance(0.3)) {
    const does = chance.pick(['restock', 'deduct'] as const)
    const change = { does, product, warehouse: chance.below(warehouses), quantity: chance.between(1, 2), adjustment: 1_000 } as const
    deeds.push({ atMs: when(), ...change }, { atMs: when(), ...change })
  }
  if (chance.chance(0.15)) deeds.push({ atMs: when(), does: 'reprice', product, price: chance.pick(PRICES) })
  if (chance.chance(0.05)) deeds.push({ atMs: when(), does: 'retire', product })
  if (chance.chance(0.15)) deeds.push({ atMs: when(), does: 'restate', product })
  if (chance.chance(0.1))
    deeds.push({
      atMs: 2_000,
      does: 'prefer',
      user: chance.below(users),
      email: chance.chance(0.5),
      muted: chance.chance(0.5) ? ['order_confirmed'] : [],
    })
  return deeds
}

/** A service that is there and does not answer: the risk service most of all, whose silence the payment has rules for. */
function drawSilences(chance: Dice): Deed[] {
  if (!chance.chance(0.35)) return []
  const atMs = RUSH_FROM_MS + chance.below(BUSY_MS / 2)
  const service = chance.chance(0.7) ? 'risk' : chance.pick(['order', 'inventory', 'payment', 'channel', 'notification'])
  // So long that whoever waits for it in vain is seen to have forgotten his timer.
  const long = service === 'risk' ? 10 * MINUTES : 3 * MINUTES
  return [{ atMs, does: 'silence', service, forMs: chance.chance(0.4) ? long : chance.between(500, 12_000) }]
}
