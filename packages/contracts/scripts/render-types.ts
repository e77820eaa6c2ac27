import { compile } from 'json-schema-to-typescript'
import { type EventSchema, isSchema, nameOfRef, newest, rewrite, type Schema, type SchemaSet, withoutNotes } from './schema-files.ts'

/** `OrderPlacedData` for the newest version, `OrderPlacedV1Data` for an older one. */
const typeName = (event: EventSchema, events: readonly EventSchema[]) =>
  newest(events).includes(event) ? `${event.name}Data` : `${event.name}V${event.version}Data`

/** The type that a field's schema is written as, when it has a name or is a list. */
function namedType(schema: Schema): string | undefined {
  if (schema['$ref'] !== undefined) return nameOfRef(schema['$ref'])
  if (schema['type'] !== 'array' || !isSchema(schema['items'])) return undefined
  const item = schema['items']['tsType'] ?? namedType(schema['items']) ?? schema['items']['type']
  return `readonly ${String(item)}[]`
}

const describedAs = ({ description }: Schema, tsType: string): Schema => (description === undefined ? { tsType } : { description, tsType })

/** Names instead of references, so that every type is declared once and keeps its fields' descriptions; no titles, which would rename types. */
function forTypes(schema: Schema): Schema {
  return rewrite(withoutNotes(schema, ['description']), (node) => {
    const named = namedType(node)
    return named === undefined ? node : describedAs(node, named)
  }) as Schema
}

/** The declarations of all shared parts and all events' data, fields and lists readonly. */
export async function renderTypes({ events, common }: SchemaSet): Promise<string> {
  const $defs = Object.fromEntries([
    ...[...common].map(([name, schema]) => [name, forTypes(schema)]),
    ...events.map((event) => [typeName(event, events), forTypes(event.schema)]),
  ])
  const code = await compile({ title: 'Everything', $defs, additionalProperties: false }, 'Everything', {
    bannerComment: '',
    unreachableDefinitions: true,
    ignoreMinAndMaxItems: true,
    style: { semi: false, singleQuote: true, printWidth: 140, trailingComma: 'all' },
  })
  return code
    .replace(/export interface Everything \{\s*\}\n/, '')
    .replace(/( *)\/\*\*([\s\S]*?)\*\/\n/g, (_, indent: string, text: string) => shortComment(indent, text))
    .replace(/^ {2}(?=\w+\??: )/gm, '  readonly ')
    .replace(/\n+(?=\/\*\*)/g, '\n\n')
    .trim()
}

/** On one line, without the library's remark on who refers to it; nothing when nothing is left. */
function shortComment(indent: string, comment: string): string {
  const text = comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*\s?/, '').trim())
    .filter((line) => !/^This interface was referenced by|^via the `definition`/.test(line))
    .join(' ')
    .trim()
  return text === '' ? '' : `${indent}/** ${text} */\n`
}
