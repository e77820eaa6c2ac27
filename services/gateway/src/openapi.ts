import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig, type RouteConfig } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { type Endpoint, prefix } from './api/endpoint.ts'
import { endpoints } from './api/index.ts'
import { problem } from './api/schemas.ts'

const problemOf = (description: string): ResponseConfig => ({ description, content: { 'application/problem+json': { schema: problem } } })

const keyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'The same key and request within 24 h get the same answer' }),
})
const waitHeader = z.object({
  Prefer: z
    .string()
    .optional()
    .meta({ description: 'wait=N: seconds to wait for the end, up to 30', examples: ['wait=10'] }),
})

function refusals({ access, params, body, creates }: Endpoint): Record<string, ResponseConfig> {
  return {
    400: problemOf('Wrong input: every wrong field is named'),
    ...(access !== 'anybody' && { 401: problemOf('No valid access token') }),
    ...(access === 'anybody' && body && { 401: problemOf('Wrong credentials') }),
    403: problemOf('Not allowed'),
    ...(params && { 404: problemOf('Unknown, or not yours') }),
    ...((body || params) && { 409: problemOf('Not possible in the present state') }),
    ...(body && { 413: problemOf('Too large'), 415: problemOf('Not JSON') }),
    ...((body || creates) && { 422: problemOf('Cannot be done like that; or another request has this idempotency key') }),
    429: problemOf('Too many requests: see Retry-After'),
    503: problemOf('Not available at the moment: see Retry-After'),
  }
}

function route(endpoint: Endpoint): RouteConfig {
  const { method, path, tag, summary, description, access, params, query, body, answers, creates, waits, special } = endpoint
  const good = Object.entries(answers).map(([status, { description: said, schema }]): [string, ResponseConfig] => {
    if (special === 'stream') return [status, { description: said, content: { 'text/event-stream': { schema: z.string() } } }]
    return [status, { description: said, ...(schema && { content: { 'application/json': { schema } } }) }]
  })
  const headers = [...(creates ? [keyHeader] : []), ...(waits ? [waitHeader] : [])]
  return {
    method,
    path: `${prefix}${path}`,
    tags: [tag],
    summary,
    ...(description && { description }),
    operationId: `${method}${path.replace(/[{}]/g, '').replace(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...(access !== 'anybody' && { security: [{ bearer: [] }] }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(headers.length > 0 && { headers }),
      ...(body && { body: { required: !body.safeParse(undefined).success, content: { 'application/json': { schema: body } } } }),
    },
    responses: { ...Object.fromEntries(good), ...refusals(endpoint) },
  }
}

/** The OpenAPI 3.1 document of the public API. */
export function openApi() {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
  for (const endpoint of endpoints) registry.registerPath(route(endpoint))
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Murmuration',
      version: '1.0.0',
      description:
        'Generated from services/gateway/src/api by `npm run gen`. Do not edit. Amounts are integers in minor units, times ISO 8601 in UTC.',
    },
    servers: [{ url: '/' }],
  })
}
