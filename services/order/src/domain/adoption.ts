import { type DataOf, type Decision, type Ignored, ignore, type OrderItem, type OrderPlaced, RuleViolation } from '@murmuration/contracts'
import { addsUp } from '@murmuration/money'
import type { Order } from './order.ts'
import { newOrder } from './placement.ts'

/**
 * The own OrderPlaced on its way back: an order that came through the log only (an injected saga) is taken in, one that is known must be the same.
 * @throws RuleViolation `forged_order`, `forged_total`
 */
export function adopt(
  placed: DataOf<typeof OrderPlaced>,
  known: Order | undefined,
): Decision<{ order: Order }, never, never, undefined> | Ignored {
  if (known === undefined) {
    if (!addsUp(placed)) throw new RuleViolation('forged_total', 'the prices, subtotals and the total do not add up')
    return { rows: { order: newOrder(placed) } }
  }
  if (!sameOrder(placed, known)) throw new RuleViolation('forged_order', 'the event differs from the order of that id')
  return ignore('the order is known')
}

function sameOrder({ userId, total, items }: DataOf<typeof OrderPlaced>, known: Order): boolean {
  return (
    userId === known.userId &&
    total.amount === known.amount &&
    total.currency === known.currency &&
    items.length === known.items.length &&
    items.every((item, index) => sameItem(item, known.items[index]))
  )
}

const sameItem = (a: OrderItem, b: OrderItem | undefined): boolean =>
  b !== undefined &&
  a.productId === b.productId &&
  a.sku === b.sku &&
  a.quantity === b.quantity &&
  a.unitPrice.amount === b.unitPrice.amount &&
  a.unitPrice.currency === b.unitPrice.currency &&
  a.subtotal.amount === b.subtotal.amount
