import { RuleViolation } from '@murmuration/contracts'

/** Who told first what became of a request: the provider's answer to it, or the provider's webhook. */
export type Teller = 'answer' | 'webhook'

/** What the provider made of a request. `at` is ISO-8601 in UTC. */
export type Outcome = Done | Declined
export interface Done {
  readonly outcome: 'done'
  /** The provider's name for the charge or refund. */
  readonly reference: string
  readonly at: string
}
export interface Declined {
  readonly outcome: 'declined'
  readonly code: string
  readonly message: string
  readonly at: string
}

/** Columns of a row that waits for the provider. */
export interface Open {
  readonly reference: null
  readonly code: null
  readonly message: null
  readonly settledAt: null
  readonly settledBy: null
}

/** Columns of a row that the provider said yes to. */
export interface Settled {
  readonly reference: string
  readonly code: null
  readonly message: null
  readonly settledAt: string
  readonly settledBy: Teller
}

/** Columns of a row that the provider said no to. */
export interface Refused {
  readonly reference: null
  readonly code: string
  readonly message: string
  readonly settledAt: string
  readonly settledBy: Teller
}

export const open: Open = { reference: null, code: null, message: null, settledAt: null, settledBy: null }
export const settled = ({ reference, at }: Done, settledBy: Teller): Settled => ({ ...open, reference, settledAt: at, settledBy })
export const refused = ({ code, message, at }: Declined, settledBy: Teller): Refused => ({
  ...open,
  code,
  message,
  settledAt: at,
  settledBy,
})

/** What is told of a request must be what was asked for, as far as it is told. @throws RuleViolation `contradiction` */
export function agree<Row extends object>(told: { readonly [Field in keyof Row]?: unknown }, asked: Row | undefined): void {
  const differing = Object.entries(told).filter(([field, value]) => value !== undefined && value !== asked?.[field as keyof Row])
  if (differing.length > 0)
    throw new RuleViolation('contradiction', `another ${differing.map(([field]) => field).join(', ')} than was asked for`)
}
