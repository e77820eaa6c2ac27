import { usage } from '../errors.ts'
import { parseJson } from '../json.ts'
import type { Result } from '../output.ts'
import { callAs } from '../stack/session.ts'
import { type Stack, serviceUrl } from '../stack/stack.ts'

interface Options {
  readonly data?: string
  readonly admin?: boolean
  readonly service?: string
}

/** `murmur api`: one request with the right token. */
export async function api(stack: Stack, method: string, path: string, { data, admin = false, service }: Options): Promise<Result> {
  const verb = method.toUpperCase()
  if (!/^(GET|POST|PUT|PATCH|DELETE)$/.test(verb)) throw usage(`${method} is no method`, 'One of GET, POST, PUT, PATCH, DELETE.')
  if (!path.startsWith('/')) throw usage('the path begins with /, e.g. /orders')
  const url = service === undefined ? `${serviceUrl(stack, 'gateway')}/api/v1${path}` : `${serviceUrl(stack, service)}${path}`
  const { body } = await callAs(stack, admin ? 'admin' : 'demo', url, {
    method: verb,
    ...(data === undefined ? {} : { body: parseJson(data, '--data') }),
  })
  return { json: body ?? null, text: body === undefined ? '' : JSON.stringify(body, undefined, 2) }
}
