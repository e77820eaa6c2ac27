import type { Currency } from '@murmuration/contracts'

/** Minor units by currency; a currency that is absent has no limit. */
export type Amounts = Partial<Record<Currency, number>>

/** What each rule can be tuned by. */
export interface Params {
  amount_high: { above: Amounts }
  amount_very_high: { above: Amounts }
  frequency_minute: { minutes: number; payments: number }
  frequency_hour: { minutes: number; payments: number }
  sum_hour: { minutes: number; above: Amounts }
  unusual_hour: { fromHour: number; toHour: number }
  country_watched: { countries: readonly string[] }
  country_blocked: { countries: readonly string[] }
  user_blocked: { userIds: readonly string[] }
}
export type RuleName = keyof Params

/** A rule as it stands: points are added to the score when it is enabled and speaks. */
export interface Rule<Name extends RuleName = RuleName> {
  readonly name: Name
  readonly enabled: boolean
  /** 0 to 100. */
  readonly points: number
  readonly params: Params[Name]
}

/** A row of `rules`: what an administrator has changed. */
export type RuleRow = Rule & { readonly changedBy: string; readonly changedAt: string }

type Rules = { readonly [Name in RuleName]: Rule<Name> }

const each = (amount: number): Amounts => ({ EUR: amount, USD: amount, GBP: amount })

/**
 * The rules until an administrator changes them. How their points add up (70 rejects, 30 is medium):
 * - Habits alone never reject: frequency_minute 15 + frequency_hour 10 + sum_hour 20 + unusual_hour 5 = 50. A user who places a hundred
 *   ordinary orders a minute all night is medium.
 * - With a high amount (above 1,000.00, 15 points) that is 65: still medium. A very high one (above 10,000.00, 30 more) together with all
 *   four habits is 95, and with busy minutes and hours alone (15 + 30 + 15 + 10 = 70) it is high, too.
 * - A watched country (30) makes an otherwise quiet payment medium, and with a very high amount (45) high.
 * - A blocked country or user (100) rejects whatever else there is.
 */
export const defaults: Rules = {
  amount_high: { name: 'amount_high', enabled: true, points: 15, params: { above: each(100_000) } },
  amount_very_high: { name: 'amount_very_high', enabled: true, points: 30, params: { above: each(1_000_000) } },
  frequency_minute: { name: 'frequency_minute', enabled: true, points: 15, params: { minutes: 1, payments: 60 } },
  frequency_hour: { name: 'frequency_hour', enabled: true, points: 10, params: { minutes: 60, payments: 300 } },
  sum_hour: { name: 'sum_hour', enabled: true, points: 20, params: { minutes: 60, above: each(2_000_000) } },
  unusual_hour: { name: 'unusual_hour', enabled: true, points: 5, params: { fromHour: 1, toHour: 5 } },
  country_watched: { name: 'country_watched', enabled: true, points: 30, params: { countries: [] } },
  country_blocked: { name: 'country_blocked', enabled: true, points: 100, params: { countries: [] } },
  user_blocked: { name: 'user_blocked', enabled: true, points: 100, params: { userIds: [] } },
}

export const ruleNames = Object.keys(defaults) as readonly RuleName[]
export const isRuleName = (name: string): name is RuleName => Object.hasOwn(defaults, name)

/** All rules as they stand: the changed rows over the defaults. */
export function rulesFrom(rows: ReadonlyMap<string, RuleRow>): Rules {
  const standing = ruleNames.map((name) => [name, rows.get(name) ?? defaults[name]])
  // A row's params were checked against its own name's schema when they were saved.
  return Object.fromEntries(standing) as Rules
}
