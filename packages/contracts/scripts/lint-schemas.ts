import { type EventSchema, isSchema, nameOfRef, type Schema, type SchemaSet } from './schema-files.ts'

/** Longest array that a schema may allow; the validators look at no more items than this. */
export const longestArray = 1000

/**
 * What our schemas must have beyond being JSON Schema: closed objects, described fields, bounds on everything that can grow,
 * an example, a saga field. Answers with a line per violation, each naming its file.
 */
export function lintSchemas({ events, common }: SchemaSet): string[] {
  const found: string[] = []
  for (const [name, schema] of common) lintNode(schema, `common/${name}`, found, common)
  for (const event of events) {
    lintNode(event.schema, event.id, found, common)
    found.push(...lintEvent(event).map((problem) => `${event.id}: ${problem}`))
  }
  const serviceOf = new Map<string, string>()
  for (const { id, name, service } of events) {
    if ((serviceOf.get(name) ?? service) !== service) found.push(`${id}: ${serviceOf.get(name)} has an event of that name`)
    serviceOf.set(name, service)
  }
  return found
}

function lintEvent({ name, schema }: EventSchema): string[] {
  const found: string[] = []
  const examples = schema['examples']
  const saga = schema['x-saga-field']
  if (schema['title'] !== name) found.push('title is not the name of the event')
  if (!Array.isArray(examples) || examples.length === 0) found.push('has no example')
  if (!(schema['required'] as unknown[] | undefined)?.includes(saga)) found.push('x-saga-field is not a required field')
  const why = schema['x-unconsumed']
  if (why !== undefined && (typeof why !== 'string' || why.length < 10)) found.push('x-unconsumed does not say why')
  return found
}

function lintNode(schema: Schema, at: string, found: string[], common: SchemaSet['common']): void {
  if (schema['$ref'] !== undefined) {
    if (!common.has(nameOfRef(schema['$ref']))) found.push(`${at}: refers to ${String(schema['$ref'])}, which is not there`)
    return
  }
  if (typeof schema['description'] !== 'string' && !at.endsWith('/items')) found.push(`${at}: has no description`)
  for (const missing of missingKeywords(schema)) found.push(`${at}: has no ${missing}`)
  if (Number(schema['maxItems']) > longestArray) found.push(`${at}: maxItems is above ${longestArray}`)
  if (isSchema(schema['items'])) lintNode(schema['items'], `${at}/items`, found, common)
  if (!isSchema(schema['properties'])) return
  if (schema['additionalProperties'] !== false) found.push(`${at}: additionalProperties is not false`)
  for (const [field, value] of Object.entries(schema['properties'])) lintNode(value as Schema, `${at}/${field}`, found, common)
}

const bounds: Record<string, readonly string[]> = {
  array: ['minItems', 'maxItems', 'items'],
  integer: ['minimum', 'maximum'],
  object: ['properties', 'required', 'additionalProperties'],
  boolean: [],
}

function missingKeywords(schema: Schema): string[] {
  if (schema['enum'] !== undefined) return []
  const type = String(schema['type'])
  if (type === 'string') return schema['maxLength'] === undefined && schema['format'] !== 'uuid' ? ['maxLength'] : []
  const wanted = bounds[type]
  return wanted === undefined
    ? ['type of ours (string, integer, boolean, array, object) or enum']
    : wanted.filter((key) => schema[key] === undefined)
}
