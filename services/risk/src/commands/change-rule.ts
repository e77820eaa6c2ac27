import { command } from '@murmuration/choreography'
import { defaults, type Params, type RuleName, type RuleRow } from '../domain/rules.ts'
import { rules } from '../store/tables.ts'

/** What an administrator wants of a rule; what is absent stays as it is. */
export interface ChangeRule {
  readonly name: RuleName
  readonly enabled?: boolean | undefined
  readonly points?: number | undefined
  /** Of that very rule: checked by `inputs.ts`. */
  readonly params?: Params[RuleName] | undefined
  readonly changedBy: string
}

export const changeRule = command<ChangeRule>()('ChangeRule', {
  emits: [],
  span: 'risk.change_rule',
  saga: ({ name }) => name,
  reads: ({ name }) => ({ rule: rules.one(name) }),
  decide({ name, enabled, points, params, changedBy }, rows, { now }) {
    const known = rows.rule ?? defaults[name]
    const rule: RuleRow = {
      name,
      enabled: enabled ?? known.enabled,
      points: points ?? known.points,
      params: params ?? known.params,
      changedBy,
      changedAt: now.toISOString(),
    }
    return { rows: { rule }, reply: rule }
  },
})
