import type { z } from 'zod'
import { type Endpoint, prefix } from '../api/endpoint.ts'
import { endpoints } from '../api/index.ts'
import { problem } from '../api/schemas.ts'
import { type AnswerHeader, answerHeaders, headersOf, requestHeaders } from './headers.ts'
import { type JsonSchema, type SchemaWriter, schemaWriter } from './json-schema.ts'

interface Answer {
  description: string
  headers: object
  content?: Record<string, { schema: JsonSchema }>
}
type Answers = Record<string, Answer>

const named = (names: readonly AnswerHeader[]): object =>
  Object.fromEntries((['X-Request-Id', ...names] as const).map((name) => [name, { $ref: `#/components/headers/${name}` }]))

function good(endpoint: Endpoint, { write }: SchemaWriter): Answers {
  const headers = named(headersOf(endpoint))
  const media = endpoint.special === 'stream' ? 'text/event-stream' : 'application/json'
  return Object.fromEntries(
    Object.entries(endpoint.answers).map(([status, { description, schema }]): [string, Answer] => [
      status,
      { description, headers, ...(schema && { content: { [media]: { schema: write(schema) } } }) },
    ]),
  )
}

function refusals({ access, params, body, creates }: Endpoint, { write }: SchemaWriter): Answers {
  const content = { 'application/problem+json': { schema: write(problem) } }
  const because = (description: string, ...headers: AnswerHeader[]): Answer => ({ description, headers: named(headers), content })
  const known = access !== 'anybody'
  return {
    400: because('Wrong input: every wrong field is named'),
    ...(known && { 401: because('No valid access token', 'WWW-Authenticate') }),
    ...(!known && body && { 401: because('Wrong credentials', 'WWW-Authenticate') }),
    ...((known || body) && { 403: because('Not allowed') }),
    ...(params && { 404: because('Unknown, or not yours') }),
    ...((body || params) && { 409: because('Not possible in the present state') }),
    ...(body && { 413: because('Too large'), 415: because('Not JSON') }),
    ...((body || creates) && { 422: because('Cannot be done like that; or another request has this idempotency key') }),
    429: because('Too many requests', 'Retry-After'),
    503: because('Not available at the moment', 'Retry-After'),
  }
}

function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined, { write }: SchemaWriter): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, each]) => {
    const { description, ...written } = write(each as z.ZodType)
    const required = !(each as z.ZodType).safeParse(undefined).success
    return { name, in: place, required, ...(description !== undefined && { description }), schema: written }
  })
}

const callers = {
  anybody: 'Anybody may call it.',
  user: 'Users may call it, each for what is theirs.',
  admin: 'Only administrators may call it.',
}

function operation(endpoint: Endpoint, writer: SchemaWriter): object {
  const { method, path, tag, summary, description, access, params, query, body } = endpoint
  const parameters = [...parametersOf('path', params, writer), ...parametersOf('query', query, writer), ...requestHeaders(endpoint)]
  return {
    tags: [tag],
    summary,
    description: [description, callers[access]].filter(Boolean).join(' '),
    operationId: `${method}${path.replace(/[{}]/g, '').replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    // OpenAPI 3.1: the roles that are needed.
    security: access === 'anybody' ? [] : [{ bearer: access === 'admin' ? ['admin'] : [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: !body.safeParse(undefined).success, content: { 'application/json': { schema: writer.write(body) } } },
    }),
    responses: { ...good(endpoint, writer), ...refusals(endpoint, writer) },
  }
}

/** The OpenAPI 3.1 document of the public API. */
export function openApi() {
  const writer = schemaWriter()
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpoints) {
    const path = (paths[`${prefix}${endpoint.path}`] ??= {})
    path[endpoint.method] = operation(endpoint, writer)
  }
  const schemas = Object.fromEntries(Object.entries(writer.components).toSorted(([a], [b]) => a.localeCompare(b)))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Murmuration',
      version: '1.0.0',
      description:
        'Generated from services/gateway/src/api by `npm run gen`. Do not edit. Amounts are integers in minor units, times ISO 8601 in UTC with milliseconds. Parameters and fields that are not named here are refused; answers may get further fields.',
    },
    servers: [{ url: '/' }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas,
      headers: answerHeaders,
    },
    paths,
  }
}
