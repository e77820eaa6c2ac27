import { EXIT, type ExitCode, Failure, messageOf, unreachable } from '../errors.ts'
import { listOf, objectOf, textOf } from '../json.ts'

export interface Request {
  /** Default GET. */
  readonly method?: string
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Default 15 s. */
  readonly timeoutMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown
}

/** A request that was answered with an error. */
export class Refused extends Failure {
  readonly status: number
  /** The problem's slug, e.g. `not_found`. */
  readonly code: string
  constructor(status: number, code: string, message: string, exitCode: ExitCode, advice?: string) {
    super(exitCode, message, advice)
    this.name = 'Refused'
    this.status = status
    this.code = code
  }
}

/** One JSON request. Throws `Refused` for any status from 400 on, and exit 3 when nobody answers. */
export async function call(url: string, { method = 'GET', token, body, headers = {}, timeoutMs = 15_000 }: Request = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw unreachable(`${new URL(url).origin} does not answer (${reasonOf(error)})`)
  })
  const text = await response.text()
  const answer = { status: response.status, headers: response.headers, body: parsed(text) }
  if (response.status >= 400) throw problemOf(`${method} ${new URL(url).pathname}`, answer)
  return answer
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The reason behind fetch's "fetch failed". */
export const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const code = objectOf(cause)['code']
  return textOf(code) ?? messageOf(cause)
}

/** What an answer with an error means for a command. */
export function problemOf(what: string, { status, headers, body }: Answer): Refused {
  const problem = objectOf(body)
  const fields = listOf(problem['errors'])
    .map(objectOf)
    .map(({ field, expected }) => `${textOf(field) ?? '?'}: expected ${textOf(expected) ?? 'something else'}`)
  const detail = [textOf(problem['detail']) ?? textOf(problem['title']) ?? 'no detail', ...fields].join('; ')
  const requestId = textOf(problem['requestId'])
  const code = textOf(problem['code']) ?? `http_${status}`
  const advice =
    status === 429
      ? `Wait ${headers.get('retry-after') ?? 'a few'} s and try again.`
      : status >= 500
        ? `Look into the services' logs (.local/logs)${requestId === undefined ? '' : ` for request ${requestId}`}, or try again.`
        : undefined
  return new Refused(
    status,
    code,
    `${what} → ${status} ${code}: ${detail}`,
    status >= 502 && status <= 504 ? EXIT.unreachable : EXIT.no,
    advice,
  )
}
