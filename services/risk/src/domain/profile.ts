import type { Money } from '@murmuration/contracts'
import { add, MoneyError } from '@murmuration/money'
import type { Amounts } from './rules.ts'

/** What a user has paid in one minute. */
export interface Minute {
  /** Minutes since 1970. */
  readonly minute: number
  readonly count: number
  readonly sums: Amounts
}

/** A row of `profiles`. Bounded: one entry for each of the last minutes in which the user paid. */
export interface Profile {
  readonly userId: string
  /** Oldest first. */
  readonly minutes: readonly Minute[]
}

/** The longest window that a rule may ask for, in minutes. */
export const LONGEST_WINDOW = 60

const minuteOf = (now: Date): number => Math.floor(now.getTime() / 60_000)

/** The profile with one payment more, and without what is too old for any window. */
export function withPayment({ userId, minutes }: Profile, amount: Money, now: Date): Profile {
  const current = minuteOf(now)
  const recent = minutes.filter(({ minute }) => minute >= current - LONGEST_WINDOW && minute < current)
  // A minute from the future can only come from a clock that was set back; what it counted is counted now.
  const known = minutes.filter(({ minute }) => minute >= current)
  const count = known.reduce((sum, each) => sum + each.count, 1)
  const sums = known.reduce((sum: Amounts, each) => merged(sum, each.sums), { [amount.currency]: amount.amount })
  return { userId, minutes: [...recent, { minute: current, count, sums }] }
}

/** Payments and sums of the last so many whole minutes and of the current one: windows slide by the minute, and never miss what is inside. */
export function lately({ minutes }: Profile, window: number, now: Date): Pick<Minute, 'count' | 'sums'> {
  const since = minuteOf(now) - window
  const within = minutes.filter(({ minute }) => minute >= since)
  return {
    count: within.reduce((sum, { count }) => sum + count, 0),
    sums: within.reduce((sum: Amounts, each) => merged(sum, each.sums), {}),
  }
}

function merged(a: Amounts, b: Amounts): Amounts {
  const sums = { ...a }
  for (const [currency, amount] of Object.entries(b) as [keyof Amounts, number][])
    sums[currency] = plus(sums[currency] ?? 0, amount, currency)
  return sums
}

function plus(a: number, b: number, currency: keyof Amounts): number {
  try {
    return add({ amount: a, currency }, { amount: b, currency }).amount
  } catch (error) {
    // More than can be counted is more than any limit.
    if (error instanceof MoneyError && error.code === 'amount_overflow') return Number.MAX_SAFE_INTEGER
    throw error
  }
}
