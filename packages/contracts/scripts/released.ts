import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { compare, type EventSchema, isSchema, nameOfRef, rewrite, type Schema, type SchemaSet, withoutNotes } from './schema-files.ts'

/** One released version: its schema with all shared parts written into it and without notes, and the hash of that. */
export interface Released {
  readonly hash: string
  readonly schema: Schema
}

/** By id, e.g. `order/OrderPlaced.v1`. */
export type ReleasedSet = Readonly<Record<string, Released>>

const inOrder = (schema: Schema): Schema => Object.fromEntries(Object.entries(schema).sort(([a], [b]) => compare(a, b)))

/**
 * What of a version may never change: which data is valid, and which field is the key. Order of keys, of required fields and of
 * allowed values says nothing, so it is evened out.
 */
export function essence({ schema }: EventSchema, common: SchemaSet['common']): Schema {
  const inline = (node: Schema): Schema => {
    const part = node['$ref'] === undefined ? undefined : common.get(nameOfRef(node['$ref']))
    return part === undefined ? node : (rewrite(part, inline) as Schema)
  }
  return rewrite(withoutNotes(rewrite(schema, inline) as Schema, ['x-saga-field']), (node) => {
    const sorted = Object.entries(node).map(([key, value]) => [key, key === 'required' || key === 'enum' ? evenOut(value) : value])
    return inOrder(Object.fromEntries(sorted))
  }) as Schema
}

const evenOut = (list: unknown) => (Array.isArray(list) ? list.toSorted((a, b) => compare(String(a), String(b))) : list)

export const hashOf = (schema: Schema) => createHash('sha256').update(JSON.stringify(schema)).digest('hex')

/** The released versions; none when the file is not there. */
export function readReleased(file: string): ReleasedSet {
  if (!existsSync(file)) return {}
  const content: unknown = parse(readFileSync(file, 'utf8'))
  return isSchema(content) ? (content as unknown as ReleasedSet) : {}
}

const notice = `# The versions that are out, whole, so that the gate works without the repository's history. Written by \`npm run release\` in
# packages/contracts; never edited by hand. A change of an event is a new version.
`

/** Writes all versions that exist now as released. */
export function writeReleased(file: string, { events, common }: SchemaSet): void {
  const versions = events.map((event): [string, Released] => {
    const schema = essence(event, common)
    return [event.id, { hash: hashOf(schema), schema }]
  })
  writeFileSync(file, notice + stringify(Object.fromEntries(versions), { aliasDuplicateObjects: false, lineWidth: 0 }))
}
