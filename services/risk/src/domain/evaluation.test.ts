import type { Money } from '@murmuration/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate } from './evaluation.ts'
import { LONGEST_WINDOW, lately, type Profile, withPayment } from './profile.ts'
import { defaults, isRuleName, type RuleRow, rulesFrom } from './rules.ts'

const noon = Date.parse('2026-11-21T12:00:00.000Z')
const night = Date.parse('2026-11-21T03:00:00.000Z')
const eur = (amount: number): Money => ({ amount, currency: 'EUR' })
const nobody: Profile = { userId: 'u', minutes: [] }
const changed = { changedBy: 'admin', changedAt: '2026-11-21T00:00:00.000Z' }

/** What a user has paid who pays so much, so often in a minute, for so many minutes up to `until`. */
const habit = (amount: Money, perMinute: number, minutes: number, until: number): Profile => {
  let profile = nobody
  for (let minute = minutes - 1; minute >= 0; minute--)
    for (let n = 0; n < perMinute; n++) profile = withPayment(profile, amount, new Date(until - minute * 60_000))
  return profile
}
const judge = (amount: Money, more: { profile?: Profile; country?: string; at?: number; rows?: readonly RuleRow[] } = {}) => {
  const { profile = nobody, country = 'DE', at = noon, rows = [] } = more
  const now = new Date(at)
  const subject = { userId: 'u', amount, country, profile: withPayment(profile, amount, now), now }
  return evaluate(rulesFrom(new Map(rows.map((row) => [row.name, row]))), subject)
}

describe('the default rules', () => {
  it('say nothing about an ordinary payment', () => {
    expect(judge(eur(9_900))).toEqual({ score: 0, level: 'low', reasons: [] })
  })
  it('let a user place a hundred ordinary orders a minute, all night: medium at most', () => {
    const verdict = judge(eur(19_900), { profile: habit(eur(19_900), 100, 60, night), at: night })
    expect(verdict).toEqual({ score: 50, level: 'medium', reasons: ['frequency_minute', 'frequency_hour', 'sum_hour', 'unusual_hour'] })
    expect(judge(eur(150_000), { profile: habit(eur(150_000), 100, 60, night), at: night })).toMatchObject({ score: 65, level: 'medium' })
  })
  it('make a very high amount medium by itself, and high in bad company', () => {
    expect(judge(eur(1_000_000))).toEqual({ score: 15, level: 'low', reasons: ['amount_high'] })
    expect(judge(eur(1_000_001))).toMatchObject({ score: 45, level: 'medium' })
    expect(judge(eur(1_000_001), { profile: habit(eur(100), 70, 10, noon) })).toMatchObject({ score: 70, level: 'high' })
    const rows = [{ ...defaults.country_watched, params: { countries: ['KP'] }, ...changed }]
    expect(judge(eur(9_900), { rows, country: 'KP' })).toMatchObject({ score: 30, level: 'medium' })
    expect(judge(eur(1_000_001), { rows, country: 'KP' })).toMatchObject({
      score: 75,
      level: 'high',
      reasons: ['amount_high', 'amount_very_high', 'country_watched'],
    })
  })
})

describe('an administrator', () => {
  it('blocks a country or a user', () => {
    const country = { ...defaults.country_blocked, params: { countries: ['KP'] }, ...changed }
    const user = { ...defaults.user_blocked, params: { userIds: ['u'] }, ...changed }
    expect(judge(eur(1), { rows: [country], country: 'KP' })).toEqual({ score: 100, level: 'high', reasons: ['country_blocked'] })
    expect(judge(eur(1), { rows: [country] })).toMatchObject({ level: 'low' })
    expect(judge(eur(1), { rows: [user, country], country: 'KP' })).toMatchObject({
      score: 100,
      reasons: ['country_blocked', 'user_blocked'],
    })
  })
  it('switches a rule off, or changes its points and limits', () => {
    expect(judge(eur(200_000), { rows: [{ ...defaults.amount_high, enabled: false, ...changed }] })).toMatchObject({ score: 0 })
    expect(judge(eur(200_000), { rows: [{ ...defaults.amount_high, points: 80, ...changed }] })).toMatchObject({ score: 80, level: 'high' })
    expect(judge(eur(200_000), { rows: [{ ...defaults.amount_high, params: { above: { USD: 1 } }, ...changed }] })).toMatchObject({
      score: 0,
    })
  })
  it('moves the unusual hours over midnight', () => {
    const rows = [{ ...defaults.unusual_hour, params: { fromHour: 22, toHour: 4 }, ...changed }]
    const hours = Array.from({ length: 24 }, (_, hour) => judge(eur(1), { rows, at: noon + (hour - 12) * 3_600_000 }).score > 0)
    expect(hours.flatMap((unusual, hour) => (unusual ? [hour] : []))).toEqual([0, 1, 2, 3, 22, 23])
  })
})

describe('what a user has paid', () => {
  it('is forgotten after an hour', () => {
    const profile = habit(eur(100), 10, 5, noon)
    expect(lately(profile, 60, new Date(noon)).count).toBe(50)
    expect(lately(profile, 1, new Date(noon)).count).toBe(20)
    expect(lately(profile, 60, new Date(noon + 61 * 60_000)).count).toBe(0)
    expect(withPayment(profile, eur(1), new Date(noon + 61 * 60_000)).minutes).toHaveLength(1)
  })
  it('is counted by currency, and never overflows', () => {
    const most = { amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' } as const
    const profile = withPayment(
      withPayment(withPayment(nobody, most, new Date(noon)), most, new Date(noon)),
      { amount: 5, currency: 'USD' },
      new Date(noon),
    )
    expect(lately(profile, 60, new Date(noon))).toEqual({ count: 3, sums: { EUR: Number.MAX_SAFE_INTEGER, USD: 5 } })
  })
  it('takes bounded space and stays in order, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -200, max: 200 }), { maxLength: 300 }), (offsets) => {
        let profile = nobody
        for (const minutes of offsets) {
          profile = withPayment(profile, eur(1), new Date(noon + minutes * 60_000))
          expect(profile.minutes.length).toBeLessThanOrEqual(LONGEST_WINDOW + 1)
          const order = profile.minutes.map(({ minute }) => minute)
          expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
        }
      }),
    )
  })
})

it('knows its rules by name', () => {
  expect([isRuleName('amount_high'), isRuleName('toString'), isRuleName('nothing')]).toEqual([true, false, false])
})
