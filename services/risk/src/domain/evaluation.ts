import type { Money, RiskLevel } from '@murmuration/contracts'
import { lately, type Profile } from './profile.ts'
import type { Amounts, Params, Rule, RuleName, rulesFrom } from './rules.ts'

/** What is judged: a payment, and what its user has paid lately, this payment included. */
export interface Subject {
  readonly userId: string
  readonly amount: Money
  readonly country: string
  readonly profile: Profile
  readonly now: Date
}

export interface Verdict {
  /** 0 to 100. */
  readonly score: number
  readonly level: RiskLevel
  /** Names of the rules that spoke. */
  readonly reasons: readonly RuleName[]
}

/** Scores from these on are of that level. */
export const MEDIUM = 30
export const HIGH = 70

const exceeds = (amounts: Amounts, above: Amounts): boolean =>
  (Object.entries(amounts) as [keyof Amounts, number][]).some(
    ([currency, amount]) => amount > (above[currency] ?? Number.POSITIVE_INFINITY),
  )

const single = ({ amount, currency }: Money): Amounts => ({ [currency]: amount })

/** Whether a rule speaks. */
const speaks: { readonly [Name in RuleName]: (params: Params[Name], subject: Subject) => boolean } = {
  amount_high: ({ above }, { amount }) => exceeds(single(amount), above),
  amount_very_high: ({ above }, { amount }) => exceeds(single(amount), above),
  frequency_minute: ({ minutes, payments }, { profile, now }) => lately(profile, minutes, now).count > payments,
  frequency_hour: ({ minutes, payments }, { profile, now }) => lately(profile, minutes, now).count > payments,
  sum_hour: ({ minutes, above }, { profile, now }) => exceeds(lately(profile, minutes, now).sums, above),
  unusual_hour: ({ fromHour, toHour }, { now }) => isWithin(now.getUTCHours(), fromHour, toHour),
  country_watched: ({ countries }, { country }) => countries.includes(country),
  country_blocked: ({ countries }, { country }) => countries.includes(country),
  user_blocked: ({ userIds }, { userId }) => userIds.includes(userId),
}

/** From an hour up to another, which may be after midnight. */
const isWithin = (hour: number, from: number, to: number): boolean => (from <= to ? hour >= from && hour < to : hour >= from || hour < to)

/** Lets all enabled rules speak and adds up their points. */
export function evaluate(rules: ReturnType<typeof rulesFrom>, subject: Subject): Verdict {
  const speaking = (Object.values(rules) as Rule[]).filter((rule) => rule.enabled && rule.points > 0 && heard(rule, subject))
  const score = Math.min(
    100,
    speaking.reduce((sum, { points }) => sum + points, 0),
  )
  return { score, level: score >= HIGH ? 'high' : score >= MEDIUM ? 'medium' : 'low', reasons: speaking.map(({ name }) => name) }
}

function heard<Name extends RuleName>({ name, params }: Rule<Name>, subject: Subject): boolean {
  return speaks[name](params, subject)
}
