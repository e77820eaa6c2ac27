import { inject } from 'vitest'
import { unpublished } from '../check/published.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}
type Body = Readonly<Record<string, unknown>>

interface Options {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** A request to the gateway, below /api/v1. @throws Error when it was taken or answered otherwise than the published document says */
export async function ask(method: string, path: string, { token, body, headers = {} }: Options = {}): Promise<Answer> {
  const answer = await fetch(`${inject('stack').gateway}/api/v1${path}`, {
    method,
    headers: {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(40_000),
  })
  const text = await answer.text()
  const { status, headers: answered } = answer
  const said = { status, headers: answered, body: (text === '' ? {} : JSON.parse(text)) as Body }
  const faults = unpublished({ method, path: `/api/v1${path}`, body, answer: said })
  if (faults.length > 0) throw new Error(`${method} ${path} → ${status} is not as published:\n${faults.join('\n')}`)
  return said
}

/** The answer's body. @throws Error when it is not a 2xx */
export async function insist(asked: Promise<Answer>): Promise<Body> {
  const { status, body } = await asked
  if (status < 200 || status > 299) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return body
}
