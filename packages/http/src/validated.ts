import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { fieldProblems } from './fields.ts'
import { type HttpProblem, problem } from './problem.ts'

/** What a route takes. A part without schema is not looked at and not handed on. */
export interface InputSchemas {
  body?: z.ZodType
  query?: z.ZodType
  params?: z.ZodType
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined
export interface Input<S extends InputSchemas> {
  body: Parsed<S['body']>
  query: Parsed<S['query']>
  params: Parsed<S['params']>
}

const places = { body: 'body', query: 'query', params: 'path' } as const

/** @throws HttpProblem 400 that names each wrong field */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, place = 'body'): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(fieldProblems(result.error, value), place)
}

function invalid(errors: HttpProblem['errors'] & object, place: string): HttpProblem {
  const named = errors.map(({ field, expected }) => `${field || place}: expected ${expected}`)
  const more = named.length > 3 ? ` and ${named.length - 3} more` : ''
  return problem(400, 'invalid_input', `In the ${place}: ${named.slice(0, 3).join('; ')}${more}.`, { errors: errors.slice(0, 50) })
}

/**
 * A route handler whose input was checked: `validated({ params: idParams }, async ({ params }, req, res) => …)`.
 * Wrong input is a 400 that names every field and what was expected there.
 */
export function validated<S extends InputSchemas>(
  schemas: S,
  handle: (input: Input<S>, req: Request, res: Response) => unknown,
): RequestHandler {
  return async (req, res) => {
    const input: Record<string, unknown> = {}
    for (const part of ['params', 'query', 'body'] as const) {
      const schema = schemas[part]
      if (schema) input[part] = parseInput(schema, req[part], places[part])
    }
    await handle(input as unknown as Input<S>, req, res)
  }
}
