import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '@murmuration/local'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/** A request to the gateway and what it answered, as they went over the network. */
export interface Exchange {
  readonly method: string
  /** With prefix and query. */
  readonly path: string
  readonly body?: unknown
  readonly answer: { readonly status: number; readonly headers: Headers; readonly body: unknown }
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: { readonly type?: string }
}
interface Answered {
  readonly headers: Readonly<Record<string, object>>
  readonly content?: Readonly<Record<string, object>>
}
interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean }
  readonly responses: Readonly<Record<string, Answered>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly headers: Readonly<Record<string, { required?: boolean; schema: object }>> }
}

/** What others may add to is closed here: a field that the gateway says and the document does not is a fault. */
function closed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(closed)
  const parts = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, closed(part)]))
  return 'properties' in parts && parts['type'] === 'object' ? { additionalProperties: false, ...parts } : parts
}

const document = closed(JSON.parse(readFileSync(join(repositoryRoot, 'schemas', 'openapi', 'gateway.json'), 'utf8'))) as Document
const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true })).addSchema(document, 'gateway')

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1')

/** What Ajv has against a value, by where the schema stands in the document. */
function faults(what: string, value: unknown, ...steps: readonly string[]): string[] {
  const valid = ajv.validate({ $ref: `gateway#/${steps.map(escaped).map(encodeURIComponent).join('/')}` }, value)
  return valid
    ? []
    : (ajv.errors ?? []).map(({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`)
}

/** The template of a path: the one with the fewest parameters, as `/users/me` is no `/users/{id}`. */
function templateOf(path: string): string | undefined {
  const steps = path.split('/')
  const fits = (template: string) => {
    const wanted = template.split('/')
    return wanted.length === steps.length && wanted.every((step, index) => step.startsWith('{') || step === steps[index])
  }
  const open = (template: string) => template.split('{').length
  return Object.keys(document.paths)
    .filter(fits)
    .toSorted((a, b) => open(a) - open(b))[0]
}

function inRequest({ method, path, body }: Exchange, template: string, { parameters = [], requestBody }: Operation): string[] {
  const [, search = ''] = path.split('?')
  const query = new URLSearchParams(search)
  const known = new Set(parameters.filter((each) => each.in === 'query').map(({ name }) => name))
  const at = ['paths', template, method.toLowerCase()]
  return [
    ...[...query.keys()].filter((name) => !known.has(name)).map((name) => `the parameter ${name} is not in the document`),
    ...parameters.flatMap((parameter, index) => {
      const given = parameter.in === 'query' ? query.get(parameter.name) : null
      if (given === null) return []
      const value = parameter.schema.type === 'integer' ? Number(given) : given
      return faults(parameter.name, value, ...at, 'parameters', String(index), 'schema')
    }),
    ...(body === undefined ? [] : faults('request', body, ...at, 'requestBody', 'content', 'application/json', 'schema')),
    ...(body === undefined && requestBody?.required ? ['the document wants a body'] : []),
  ]
}

function inHeaders(headers: Headers, documented: Answered['headers']): string[] {
  return Object.entries(document.components.headers).flatMap(([name, { required }]) => {
    const value = headers.get(name)
    if (!(name in documented)) return value === null ? [] : [`the header ${name} is not in the document`]
    if (value === null) return required === true ? [`the header ${name} is missing`] : []
    return faults(name, value, 'components', 'headers', name, 'schema')
  })
}

/** What of a request that was taken, and of its answer, is not as the published document says. */
export function unpublished(exchange: Exchange): readonly string[] {
  const { method, path, answer } = exchange
  const { status, headers, body } = answer
  const template = templateOf(path.split('?', 1)[0] ?? '')
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()]
  if (template === undefined || operation === undefined) return ['there is no such operation in the document']
  const documented = operation.responses[status]
  if (documented === undefined) return [`the status ${status} is not in the document`]
  const taken = status < 300 ? inRequest(exchange, template, operation) : []
  const at = ['paths', template, method.toLowerCase(), 'responses', String(status)]
  const type = headers.get('content-type')?.split(';', 1)[0] ?? ''
  const { content } = documented
  const said =
    content === undefined
      ? []
      : type in content
        ? faults('answer', body, ...at, 'content', type, 'schema')
        : [`the type ${type} is not in the document`]
  return [...taken, ...inHeaders(headers, documented.headers), ...said]
}
