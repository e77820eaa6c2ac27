import type { FieldError } from './event.ts'

/** What a generated validator reports of one violation. */
export interface Violation {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A generated validator: false leaves the reasons in `errors`. */
export interface Validator {
  (data: unknown): boolean
  errors?: readonly Violation[] | null
}

/** No more than this many errors are answered, and no longer field names: a hostile message must not grow in our hands. */
export const mostErrors = 100
const longestField = 200

const types: Readonly<Record<string, string>> = {
  integer: 'an integer',
  object: 'an object',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
}
const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  'date-time': 'an ISO 8601 date and time from 2000 to 2199',
  email: 'an e-mail address',
}
const patterns: Readonly<Record<string, string>> = { Z$: 'a time in UTC, ending in Z', '^[0-9a-f-]{36}$': 'a UUID in lower case' }

function expectedOf({ keyword, params }: Violation): string {
  const limit = String(params['limit'])
  switch (keyword) {
    case 'required':
      return 'a value'
    case 'additionalProperties':
      return 'no field of this name'
    case 'type':
      return types[String(params['type'])] ?? String(params['type'])
    case 'format':
      return formats[String(params['format'])] ?? String(params['format'])
    case 'pattern':
      return patterns[String(params['pattern'])] ?? `a text like ${String(params['pattern'])}`
    case 'enum':
      return `one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`
    case 'minimum':
      return `at least ${limit}`
    case 'maximum':
      return `at most ${limit}`
    case 'minLength':
      return `at least ${limit} characters`
    case 'maxLength':
      return `at most ${limit} characters`
    case 'minItems':
      return `at least ${limit} items`
    case 'maxItems':
      return `at most ${limit} items`
    default:
      return keyword
  }
}

function fieldOf({ instancePath, params }: Violation): string {
  const inside = params['missingProperty'] ?? params['additionalProperty']
  const path = inside === undefined ? instancePath : `${instancePath}/${String(inside)}`
  return path.slice(1, longestField + 1)
}

/** Everything wrong with the data, by field (`items/0/quantity`; the whole is ``); empty when it is valid. */
export function fieldErrors(validator: Validator, data: unknown): readonly FieldError[] {
  if (validator(data)) return []
  return (validator.errors ?? []).slice(0, mostErrors).map((violation) => ({ field: fieldOf(violation), expected: expectedOf(violation) }))
}
