import * as dinero from 'dinero.js'
import { currencies, type Money, money } from './money.ts'

/** A formatter is dear to make, and there are few: by locale and currency. */
const formatters = new Map<string, Intl.NumberFormat>()

/** As people write it: `format({ amount: 123456, currency: 'EUR' })` is `€1,234.56`. Exact for all amounts. */
export function format(value: Money, locale = 'en-GB'): string {
  const { amount, currency } = money(value.amount, value.currency)
  const decimal = dinero.toDecimal(dinero.dinero({ amount, currency: currencies[currency] })) as Intl.StringNumericLiteral
  const kind = `${locale} ${currency}`
  let formatter = formatters.get(kind)
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale, { style: 'currency', currency })
    formatters.set(kind, formatter)
  }
  return formatter.format(decimal)
}
