import type { Endpoint } from '../api/endpoint.ts'
import { longestWaitSeconds } from '../prefer.ts'

interface Header {
  description: string
  /** Whether it is always there where it is named. */
  required?: boolean
  schema: object
}

const text = { type: 'string', minLength: 1 }
const wait = { type: 'string', pattern: '^wait=\\d+$', examples: ['wait=10'] }

/** Headers of answers, by the name under which the document has them. */
export const answerHeaders = {
  'X-Request-Id': { description: 'Names this request in problems and logs', required: true, schema: text },
  Location: { description: 'Where what was made is', required: true, schema: { type: 'string', pattern: '^/api/v1/' } },
  'Retry-After': { description: 'Seconds', required: true, schema: { type: 'string', pattern: '^[1-9]\\d*$' } },
  'WWW-Authenticate': { description: 'How to say who one is', schema: { type: 'string', const: 'Bearer' } },
  'Preference-Applied': { description: 'How long was waited at most, when that was asked for', schema: wait },
  'Idempotency-Replayed': {
    description: 'The same request had been done before under its idempotency key',
    schema: { type: 'string', const: 'true' },
  },
} satisfies Record<string, Header>

export type AnswerHeader = keyof typeof answerHeaders

/** The headers that a good answer of an endpoint may have. */
export const headersOf = ({ located, creates, waits }: Endpoint): AnswerHeader[] => [
  ...(located ? (['Location'] as const) : []),
  ...(waits ? (['Preference-Applied'] as const) : []),
  ...(creates ? (['Idempotency-Replayed'] as const) : []),
]

const keyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    "The same request again under the same key is done once, and is answered with what became of it; another one is refused (422). Each user's keys are his own. Keys are kept as long as what they made, refusals too.",
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
}
const waitHeader = {
  name: 'Prefer',
  in: 'header',
  description: `RFC 7240. \`wait=N\`: seconds to wait for the end, at most ${longestWaitSeconds}. Everything else is passed over.`,
  schema: { type: 'string', examples: ['wait=10'] },
}
const placeHeader = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'The id of the last event that came: what follows it is sent. One that is not known gets all.',
  schema: { type: 'string' },
}

/** The headers that an endpoint's request may have. */
export const requestHeaders = ({ creates, waits, special }: Endpoint): object[] => [
  ...(creates ? [keyHeader] : []),
  ...(waits ? [waitHeader] : []),
  ...(special === 'stream' ? [placeHeader] : []),
]
