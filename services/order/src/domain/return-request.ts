import {
  type Decision,
  type EmissionOf,
  type Money,
  ReturnApproved,
  type ReturnLine,
  ReturnRejected,
  ReturnRequested,
  RuleViolation,
} from '@murmuration/contracts'
import { add, multiply } from '@murmuration/money'
import type { Order } from './order.ts'
import { type Return, type ReturnView, returnView, transitions } from './return.ts'

/** What a shop lets its customers give back. */
export interface ReturnRules {
  /** Up to so much of an order, in minor units, is agreed to without an administrator; 0: nothing is. */
  readonly withoutApproval: number
  /** How long after its confirmation an order may be given back, in ms. */
  readonly withinMs: number
}

export interface ReturnWish {
  readonly orderId: string
  readonly returnId: string
  readonly userId: string
  /** Default: all that has not been given back before. */
  readonly items?: readonly { readonly productId: string; readonly quantity: number }[]
  readonly reason: string
  readonly rules: ReturnRules
}

type Answered<E> = Decision<{ order: Order }, EmissionOf<E>, never, ReturnView>

/**
 * The customer wants to give something back; the same wish again gets the same answer. A small one is agreed to at once, by the rule.
 * @throws RuleViolation `order_not_found` (also another user's), `order_not_returnable`, `return_window_closed`, `unknown_item`,
 * `return_exceeds_ordered`, `return_exists`
 */
export function requestReturn(
  order: Order | undefined,
  wish: ReturnWish,
  now: Date,
): Answered<typeof ReturnRequested | typeof ReturnApproved> {
  const { orderId, returnId, userId, reason } = wish
  if (order === undefined || order.userId !== userId) throw new RuleViolation('order_not_found', 'there is no such order', 404)
  const existing = order.returns.find((known) => known.returnId === returnId)
  if (existing !== undefined) {
    if (existing.reason !== reason || !sameItems(existing, wish)) throw new RuleViolation('return_exists', 'another return has this id')
    return { reply: returnView(order, existing) }
  }
  returnable(order, wish.rules, now)
  const lines = linesOf(order, wish)
  const amount = priceOf(order, lines)
  const requestedAt = now.toISOString()
  const wanted: Return = { returnId, status: 'requested', lines, amount: amount.amount, reason, requestedAt }
  const event = ReturnRequested({ orderId, returnId, userId, lines, amount, reason, requestedAt })
  const known = { ...order, returns: [...order.returns, wanted] }
  if (byRule(order) + amount.amount > wish.rules.withoutApproval)
    return { rows: { order: known }, events: [event], reply: returnView(known, wanted) }
  const approved = approve(known, wanted, { by: 'rule' }, now)
  return { rows: { order: approved.order }, events: [event, approved.event], reply: approved.reply }
}

/** @throws RuleViolation `order_not_found`, `return_not_found`, `return_already_decided` */
export function approveReturn(order: Order | undefined, returnId: string, approvedBy: string, now: Date): Answered<typeof ReturnApproved> {
  const found = ofOrder(order, returnId)
  const move = transitions.ApproveReturn[found.wanted.status]
  switch (move) {
    case 'approve': {
      const approved = approve(found.order, found.wanted, { by: 'administrator', approvedBy }, now)
      return { rows: { order: approved.order }, events: [approved.event], reply: approved.reply }
    }
    case 'same':
      return { reply: returnView(found.order, found.wanted) }
    case 'refused':
      throw alreadyDecided(found.wanted)
  }
}

/** @throws RuleViolation `order_not_found`, `return_not_found`, `return_already_decided` */
export function rejectReturn(
  order: Order | undefined,
  { returnId, reason, rejectedBy }: { returnId: string; reason: string; rejectedBy: string },
  now: Date,
): Answered<typeof ReturnRejected> {
  const found = ofOrder(order, returnId)
  const move = transitions.RejectReturn[found.wanted.status]
  switch (move) {
    case 'reject': {
      const rejectedAt = now.toISOString()
      const rejected: Return = {
        ...found.wanted,
        status: 'rejected',
        decidedAt: rejectedAt,
        decidedBy: 'administrator',
        rejection: reason,
      }
      const { orderId, userId } = found.order
      return {
        rows: { order: changed(found.order, rejected, rejectedAt) },
        events: [ReturnRejected({ orderId, returnId, userId, reason, rejectedBy, rejectedAt })],
        reply: returnView(found.order, rejected),
      }
    }
    case 'same':
      return { reply: returnView(found.order, found.wanted) }
    case 'refused':
      throw alreadyDecided(found.wanted)
  }
}

/** The order with one of its returns as it is now. */
export const changed = (order: Order, now: Return, updatedAt: string): Order => ({
  ...order,
  returns: order.returns.map((each) => (each.returnId === now.returnId ? now : each)),
  updatedAt,
})

function ofOrder(order: Order | undefined, returnId: string) {
  if (order === undefined) throw new RuleViolation('order_not_found', 'there is no such order', 404)
  const wanted = order.returns.find((known) => known.returnId === returnId)
  if (wanted === undefined) throw new RuleViolation('return_not_found', 'the order has no such return', 404)
  return { order, wanted }
}

const alreadyDecided = ({ status }: Return) => new RuleViolation('return_already_decided', `the return is ${status} already`)

function approve(
  order: Order,
  wanted: Return,
  who: { readonly by: 'rule' } | { readonly by: 'administrator'; readonly approvedBy: string },
  now: Date,
) {
  const approvedAt = now.toISOString()
  const { orderId, userId, paymentId, currency } = order
  const { returnId, lines } = wanted
  if (paymentId === null) throw new Error(`order ${orderId} is ${order.status}, and nothing of it can be returned`)
  const amount = { amount: wanted.amount, currency }
  const approved: Return = { ...wanted, status: 'approved', decidedAt: approvedAt, decidedBy: who.by }
  return {
    order: changed(order, approved, approvedAt),
    event: ReturnApproved({ orderId, returnId, userId, paymentId, lines: [...lines], amount, ...who, approvedAt }),
    reply: returnView(order, approved),
  }
}

function returnable({ status, history }: Order, { withinMs }: ReturnRules, now: Date): void {
  if (status !== 'confirmed')
    throw new RuleViolation('order_not_returnable', `a ${status} order has brought nothing that could be returned`)
  const confirmedAt = Date.parse(history.findLast((entry) => entry.status === 'confirmed')?.at ?? '')
  if (now.getTime() > confirmedAt + withinMs)
    throw new RuleViolation('return_window_closed', `returns were possible until ${new Date(confirmedAt + withinMs).toISOString()}`)
}

/** What is asked for, one line a product, of what has not been given back before. */
function linesOf(order: Order, { items }: ReturnWish): ReturnLine[] {
  const left = leftOf(order)
  if (items === undefined) {
    const all = [...left.values()].filter(({ quantity }) => quantity > 0)
    if (all.length === 0) throw new RuleViolation('return_exceeds_ordered', 'all of the order was given back, or is about to be')
    return all
  }
  const unknown = items.flatMap(({ productId }, index) =>
    left.has(productId) ? [] : [{ field: `items/${index}/productId`, expected: 'a product of the order' }],
  )
  if (unknown.length > 0) throw new RuleViolation('unknown_item', 'the order has no such product', 422, unknown)
  return wantedOf(items).map(({ productId, quantity }) => {
    const line = left.get(productId) as ReturnLine
    if (quantity > line.quantity)
      throw new RuleViolation('return_exceeds_ordered', `${line.quantity} of ${line.sku} can still be given back, not ${quantity}`)
    return { ...line, quantity }
  })
}

type Pieces = { readonly productId: string; readonly quantity: number }

/** One line a product, sorted. */
function wantedOf(items: readonly Pieces[]): Pieces[] {
  const pieces = new Map<string, number>()
  for (const { productId, quantity } of items) pieces.set(productId, (pieces.get(productId) ?? 0) + quantity)
  return [...pieces].map(([productId, quantity]) => ({ productId, quantity })).sort((a, b) => (a.productId < b.productId ? -1 : 1))
}

function leftOf({ items, returns }: Order): ReadonlyMap<string, ReturnLine> {
  const back = returns.filter(({ status }) => status !== 'rejected').flatMap(({ lines }) => lines)
  const left = new Map<string, ReturnLine>()
  const count = ({ productId, sku, quantity }: ReturnLine) =>
    left.set(productId, { productId, sku, quantity: (left.get(productId)?.quantity ?? 0) + quantity })
  for (const item of items) count(item)
  for (const line of back) count({ ...line, quantity: -line.quantity })
  return left
}

/** All lines of a product have one price: the catalogue's when the order was placed. */
const priceOf = ({ items, currency }: Order, lines: readonly ReturnLine[]): Money =>
  lines.reduce<Money>(
    (sum, { productId, quantity }) => {
      const item = items.find((each) => each.productId === productId)
      return item === undefined ? sum : add(sum, multiply(item.unitPrice, quantity))
    },
    { amount: 0, currency },
  )

/** What the rule has agreed to of this order: many small returns are one large one. */
const byRule = ({ returns }: Order): number =>
  returns.reduce((sum, { decidedBy, amount }) => (decidedBy === 'rule' ? sum + amount : sum), 0)

/** A wish for all that was left named no items, and had other ones to name. */
const sameItems = ({ lines }: Return, { items }: ReturnWish): boolean => {
  if (items === undefined) return true
  const wanted = wantedOf(items)
  return (
    wanted.length === lines.length &&
    wanted.every(({ productId, quantity }, index) => productId === lines[index]?.productId && quantity === lines[index]?.quantity)
  )
}
