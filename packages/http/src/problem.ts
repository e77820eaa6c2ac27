import { STATUS_CODES } from 'node:http'

/** One wrong field: where (`items/0/quantity`), what was expected, and the kind of what came. Never the value itself, it may be a secret. */
export interface FieldProblem {
  field: string
  expected: string
  got?: string
}

/** A refused request as RFC 9457 `application/problem+json` says it. `code` is a slug for programs. */
export interface ProblemDocument {
  type: string
  title: string
  status: number
  detail: string
  code: string
  instance?: string
  errors?: FieldProblem[]
  requestId: string
}

interface More {
  errors?: FieldProblem[]
  headers?: Record<string, string>
  cause?: unknown
}

/** Thrown anywhere below a route; answered as problem+json in one place. */
export class HttpProblem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: FieldProblem[] | undefined
  readonly headers: Record<string, string>
  constructor(status: number, code: string, detail: string, more: More = {}) {
    super(detail, { cause: more.cause })
    this.name = 'HttpProblem'
    this.status = status
    this.code = code
    this.errors = more.errors
    this.headers = more.headers ?? {}
  }
}

/** @param code a slug such as `not_found` */
export const problem = (status: number, code: string, detail: string, more?: More): HttpProblem =>
  new HttpProblem(status, code, detail, more)

export function problemDocument(error: HttpProblem, requestId: string): ProblemDocument {
  return {
    type: `urn:murmuration:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(error.errors && { errors: error.errors }),
    requestId,
  }
}
