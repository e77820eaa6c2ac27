import { problem } from '@murmuration/http'
import { holdsCardNumber } from '@murmuration/telemetry'

/** What is never kept, in any form: it may be anything. */
const UNKEPT = new Set(['password', 'currentPassword', 'newPassword'])

/**
 * A card number belongs to the provider, in no field of ours: what comes in here ends in tables and topics.
 * @throws HttpProblem 400 that names the fields, and not what they hold
 */
export function refuseCardNumbers(body: unknown): void {
  const fields = [...fieldsWithCards(body, '')]
  if (fields.length === 0) return
  throw problem(400, 'card_number', `In the body: ${fields.slice(0, 3).join(', ')}: expected no card number.`, {
    errors: fields.slice(0, 50).map((field) => ({ field, expected: 'no card number' })),
  })
}

function* fieldsWithCards(value: unknown, path: string): Iterable<string> {
  if (typeof value === 'string' && holdsCardNumber(value)) yield path
  if (typeof value !== 'object' || value === null) return
  for (const [name, part] of Object.entries(value))
    if (!UNKEPT.has(name)) yield* fieldsWithCards(part, path === '' ? name : `${path}/${name}`)
}
