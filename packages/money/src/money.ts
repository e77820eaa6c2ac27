import { EUR, GBP, USD } from 'dinero.js/currencies'

/** The currencies that amounts may be in (ISO 4217), all with two decimals. */
export const currencies = { EUR, GBP, USD } as const
export type Currency = keyof typeof currencies

/** An amount in minor units (cents), an integer from 0 to 2^53-1, and its currency. Plain JSON, as in events and rows. */
export interface Money {
  amount: number
  currency: Currency
}

/** Why money cannot be computed: the slug is for programs, the message for people. */
export type MoneyErrorCode = 'not_money' | 'currency_mismatch' | 'amount_overflow' | 'negative_amount' | 'bad_quantity' | 'nothing_to_sum'

/** Refused arithmetic. Nothing is ever rounded or cut to make it fit. */
export class MoneyError extends Error {
  readonly code: MoneyErrorCode
  constructor(code: MoneyErrorCode, message: string) {
    super(message)
    this.name = 'MoneyError'
    this.code = code
  }
}

export const isCurrency = (value: unknown): value is Currency => typeof value === 'string' && Object.hasOwn(currencies, value)

/** Money from its parts. @throws MoneyError `not_money`, `negative_amount` or `amount_overflow` */
export function money(amount: number, currency: Currency): Money {
  if (!isCurrency(currency)) throw new MoneyError('not_money', `${String(currency)} is not one of ${Object.keys(currencies).join(', ')}`)
  if (typeof amount !== 'number' || !Number.isFinite(amount))
    throw new MoneyError('not_money', 'an amount is a finite number of minor units')
  if (amount > Number.MAX_SAFE_INTEGER) throw new MoneyError('amount_overflow', `more than ${Number.MAX_SAFE_INTEGER} minor units`)
  if (amount < 0) throw new MoneyError('negative_amount', 'an amount cannot be below zero')
  if (!Number.isInteger(amount)) throw new MoneyError('not_money', 'an amount has whole minor units')
  // `+ 0` turns -0 into 0, which JSON would not keep apart but Object.is does.
  return { amount: amount + 0, currency }
}

export const zero = (currency: Currency): Money => money(0, currency)
