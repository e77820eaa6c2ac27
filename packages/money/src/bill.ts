import { multiply, sum } from './arithmetic.ts'
import { type Money, MoneyError } from './money.ts'

/** Something with prices that are to come to its total. */
export interface Bill {
  readonly items: readonly { readonly unitPrice: Money; readonly quantity: number; readonly subtotal: Money }[]
  readonly total: Money
}

/** Whether each line's price times its quantity is its subtotal, and the subtotals are the total, all in one currency. */
export function addsUp({ items, total }: Bill): boolean {
  try {
    const subtotals = items.map(({ unitPrice, quantity }) => multiply(unitPrice, quantity))
    const right = items.every(({ subtotal }, index) => subtotal.amount === subtotals[index]?.amount && subtotal.currency === total.currency)
    return right && sum(subtotals, total.currency).amount === total.amount
  } catch (error) {
    if (error instanceof MoneyError) return false
    throw error
  }
}
