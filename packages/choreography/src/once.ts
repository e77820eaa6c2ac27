import { hash } from 'node:crypto'
import { RuleViolation } from '@murmuration/contracts'
import type { Command, LoadedRows } from './reaction.ts'
import { table } from './table.ts'

/** A request that came under an idempotency key, written in the transaction of its effect. What it made is found by its id. */
export interface KeptRequest {
  readonly requestId: string
  /** Of all that was asked for. */
  readonly digest: string
  /** How it was refused; null when it was done. */
  readonly refusal: Pick<RuleViolation, 'code' | 'message' | 'status'> | null
  readonly decidedAt: string
}

/** Belongs into the list of tables of a service with such commands, and into its database. */
export const keptRequests = table<KeptRequest>('kept_requests', { key: 'requestId' })

/** A command's input with the id of its request; one that was made of an idempotency key is a UUID v8, and comes again when the key does. */
export type Keyed<Input> = Input & { readonly requestId?: string }

const isOfKey = (requestId: string | undefined): requestId is string => requestId?.[14] === '8'

/**
 * Does a command once for each idempotency key. The same request again finds what the first one made, so its rules must answer with what is there; another
 * request under the key is refused (422 `idempotency_key_reused`); a refusal by a rule is final, an outage is none. What has no key is decided each time.
 */
export function once<Input, Reply>(command: Command<Input, Reply>): Command<Keyed<Input>, Reply> {
  const { types: _, ...rules } = command
  return {
    ...rules,
    reads(input) {
      const { requestId } = input as Keyed<Input>
      return { ...command.reads(input), ...(isOfKey(requestId) && { kept: keptRequests.one(requestId) }) }
    },
    decide(input, rows, facts) {
      const { requestId, ...wish } = input as Keyed<object>
      if (!isOfKey(requestId)) return command.decide(wish, rows, facts)
      const digest = digestOf(wish)
      const { kept: known } = rows as LoadedRows & { kept: KeptRequest | undefined }
      if (known !== undefined) {
        if (known.digest !== digest)
          throw new RuleViolation('idempotency_key_reused', 'this idempotency key was used for another request', 422)
        if (known.refusal !== null) throw violationOf(known.refusal)
        return command.decide(wish, rows, facts)
      }
      const kept = { requestId, digest, refusal: null, decidedAt: facts.now.toISOString() }
      try {
        const decision = command.decide(wish, rows, facts)
        return { ...decision, rows: { ...('rows' in decision ? decision.rows : {}), kept } }
      } catch (error) {
        if (!(error instanceof RuleViolation)) throw error
        return { rows: { kept: { ...kept, refusal: refusalOf(error) } }, refused: error }
      }
    },
  }
}

// A violation may carry more that its caller is told, such as the fields that break the rule.
const refusalOf = ({ code, message, status, name: _, stack: __, ...more }: RuleViolation): KeptRequest['refusal'] => ({
  ...more,
  code,
  message,
  status,
})

const violationOf = ({ code, message, status, ...more }: NonNullable<KeptRequest['refusal']>): RuleViolation =>
  Object.assign(new RuleViolation(code, message, status), more)

/** The same for equal wishes, whatever the order of their fields. */
const digestOf = (wish: object): string => hash('sha256', JSON.stringify(wish, inOrder), 'base64url')

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
