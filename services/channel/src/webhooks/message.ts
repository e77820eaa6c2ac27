import { RuleViolation } from '@murmuration/contracts'
import { parseInput, problem } from '@murmuration/http'
import { z } from 'zod'
import type { Outcome } from '../domain/settlement.ts'
import { outcomeOf } from '../psp/outcome.ts'

const name = z.string().min(1).max(200)
const about = z.object({
  /** Our own name for it: the payment's or the refund's id. */
  reference: name,
  amount: z.int().min(0),
  currency: z.string().length(3),
  status: z.enum(['succeeded', 'declined']),
  method: name.optional(),
  /** Of a refund: the charge that it gives back. */
  chargeId: name.optional(),
})

const webhookMessage = z.object({
  id: name,
  type: z.enum(['charge.succeeded', 'charge.declined', 'refund.succeeded', 'refund.declined']),
  data: about.loose(),
})

/** What a webhook says, in our words. */
export interface Told {
  readonly kind: 'charge' | 'refund'
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly method: string | undefined
  readonly chargeId: string | undefined
  readonly outcome: Outcome
}

/**
 * A webhook's body. What became of the charge or refund is read from the same fields as in the API's answers, and its type has to say the same.
 * @throws HttpProblem 400 when it cannot be understood; RuleViolation `contradiction` when it contradicts itself
 */
export function told(message: unknown): Told {
  const { type, data } = parseInput(webhookMessage, message)
  const [kind, status] = type.split('.') as ['charge' | 'refund', string]
  if (data.status !== status) throw new RuleViolation('contradiction', `the webhook is called ${type}, and says ${data.status}`)
  if (kind === 'charge' && data.chargeId !== undefined)
    throw new RuleViolation('contradiction', 'the webhook is about a charge, and names another one that is given back')
  const { reference, amount, currency, method, chargeId } = data
  const outcome = outcomeOf(data)
  if (outcome === undefined) throw notUnderstood(status)
  return { kind, reference, amount, currency, method, chargeId, outcome }
}

/** What the API's answers need as well is missing. */
const notUnderstood = (status: string) =>
  problem(400, 'invalid_input', `The webhook does not say enough of what ${status}.`, {
    errors: [{ field: 'data', expected: status === 'succeeded' ? 'id and createdAt' : 'code, message and createdAt' }],
  })
