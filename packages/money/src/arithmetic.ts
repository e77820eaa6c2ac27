import * as dinero from 'dinero.js'
import { type Currency, currencies, type Money, MoneyError, money, zero } from './money.ts'

type Amount = dinero.Dinero<number, Currency>

const open = ({ amount, currency }: Money): Amount => {
  const checked = money(amount, currency)
  return dinero.dinero({ amount: checked.amount, currency: currencies[checked.currency] })
}

// dinero computes with floats here. That is exact as long as the result is a safe integer, and rounding is monotone, so that a
// result which is not exact always shows as one above 2^53-1: `money` refuses it.
const close = (value: Amount): Money => {
  const { amount, currency } = dinero.toSnapshot(value)
  return money(amount, currency.code as Currency)
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new MoneyError('currency_mismatch', `${a.currency} and ${b.currency} cannot be mixed`)
}

/** @throws MoneyError `currency_mismatch`, `amount_overflow` */
export function add(a: Money, b: Money): Money {
  sameCurrency(a, b)
  return close(dinero.add(open(a), open(b)))
}

/** `a - b`, which must not be below zero. @throws MoneyError `currency_mismatch`, `negative_amount` */
export function subtract(a: Money, b: Money): Money {
  sameCurrency(a, b)
  return close(dinero.subtract(open(a), open(b)))
}

/** A price times a whole number of pieces. @throws MoneyError `bad_quantity`, `amount_overflow` */
export function multiply(price: Money, quantity: number): Money {
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new MoneyError('bad_quantity', 'a quantity is a whole number from 0')
  return close(dinero.multiply(open(price), quantity))
}

/** The sum of all; of none it is zero of `currency`. @throws MoneyError `currency_mismatch`, `amount_overflow`, `nothing_to_sum` */
export function sum(values: Iterable<Money>, currency?: Currency): Money {
  let total = currency === undefined ? undefined : zero(currency)
  for (const value of values) total = total === undefined ? money(value.amount, value.currency) : add(total, value)
  if (total === undefined) throw new MoneyError('nothing_to_sum', 'the sum of nothing has no currency')
  return total
}

/** -1 when `a` is less than `b`, 0 when equal, 1 when more. @throws MoneyError `currency_mismatch` */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b)
  return dinero.compare(open(a), open(b)) as -1 | 0 | 1
}

export const isZero = (value: Money): boolean => dinero.isZero(open(value))
