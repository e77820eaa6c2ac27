import { country, id } from '@murmuration/http/formats'
import { z } from 'zod'
import { LONGEST_WINDOW } from './domain/profile.ts'
import type { Params, RuleName } from './domain/rules.ts'

const minor = z.int().min(0)
const amounts = z.strictObject({ EUR: minor.optional(), USD: minor.optional(), GBP: minor.optional() })
const minutes = z.int().min(1).max(LONGEST_WINDOW)
const payments = z.int().min(0).max(1_000_000)
const hour = z.int().min(0).max(23)
const countries = z.array(country).max(250)
const above = z.strictObject({ above: amounts })
const frequency = z.strictObject({ minutes, payments })

const params = {
  amount_high: above,
  amount_very_high: above,
  frequency_minute: frequency,
  frequency_hour: frequency,
  sum_hour: z.strictObject({ minutes, above: amounts }),
  unusual_hour: z.strictObject({ fromHour: hour, toHour: hour }),
  country_watched: z.strictObject({ countries }),
  country_blocked: z.strictObject({ countries }),
  user_blocked: z.strictObject({ userIds: z.array(id).max(1000) }),
} satisfies { [Name in RuleName]: z.ZodType }

export const oneRule = z.object({ name: z.string().max(64) })

/** The body of a change to this rule: any of enabled, points, params. */
export const ruleChange = (name: RuleName) =>
  z
    .strictObject({
      enabled: z.boolean().optional(),
      points: z.int().min(0).max(100).optional(),
      // An absent currency is an absent limit, so that "undefined" never gets into a row.
      params: (params[name] as z.ZodType<Params[RuleName]>).optional(),
    })
    .refine((change) => Object.keys(change).length > 0, 'at least one of enabled, points, params')
