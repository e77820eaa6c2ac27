import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** A node of a JSON Schema. */
export type Schema = { [keyword: string]: unknown }

/** One version of one event, as its file says. Its references are URNs. */
export interface EventSchema {
  /** e.g. `order/OrderPlaced.v1` */
  readonly id: string
  readonly service: string
  readonly name: string
  readonly version: number
  readonly schema: Schema
}

export interface SchemaSet {
  /** By service, name and version. */
  readonly events: readonly EventSchema[]
  /** Shared parts by name, e.g. `Money`. */
  readonly common: ReadonlyMap<string, Schema>
}

export const urnOf = (id: string) => `urn:murmuration:schema:${id}`
const eventFile = /^(?<name>[A-Z][A-Za-z0-9]*)\.v(?<version>[1-9]\d*)\.json$/

export const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy in which `change` has replaced every object, the innermost first. */
export function rewrite(node: unknown, change: (node: Schema) => Schema): unknown {
  if (Array.isArray(node)) return node.map((item) => rewrite(item, change))
  if (!isSchema(node)) return node
  return change(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'examples' ? value : rewrite(value, change)])))
}

const notes = new Set(['$schema', 'title', 'description', 'examples', 'x-saga-field', 'x-unconsumed'])

/** Without everything that does not change which data is valid. (A field may well be called `title`: its value is a schema.) */
export const withoutNotes = (schema: Schema, but: readonly string[] = []) =>
  rewrite(schema, (node) =>
    Object.fromEntries(Object.entries(node).filter(([key, value]) => isSchema(value) || !notes.has(key) || but.includes(key))),
  ) as Schema

/** The name of the shared part that a rewritten `$ref` means, e.g. `Money`. */
export const nameOfRef = (ref: unknown) => String(ref).slice(urnOf('common/').length)

const read = (root: string, id: string): Schema => {
  const refToUrn = (node: Schema) =>
    typeof node['$ref'] === 'string' && node['$ref'].endsWith('.json')
      ? { ...node, $ref: urnOf(posix.join(posix.dirname(id), node['$ref']).replace(/\.json$/, '')) }
      : node
  return rewrite(JSON.parse(readFileSync(join(root, `${id}.json`), 'utf8')), refToUrn) as Schema
}

/** Reads `schemas/<service>/<Event>.v<N>.json` and `schemas/common/*.json`. Throws for a file whose name says neither. */
export function readSchemas(root: string): SchemaSet {
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'openapi')
    .map((entry) => entry.name)
    .sort()
  const filesOf = (folder: string) => readdirSync(join(root, folder)).sort()
  const common = folders.includes('common') ? filesOf('common').map((file) => file.replace(/\.json$/, '')) : []
  const events = folders
    .filter((folder) => folder !== 'common')
    .flatMap((service) =>
      filesOf(service).map((file) => {
        const { name, version } = eventFile.exec(file)?.groups ?? {}
        if (name === undefined) throw new Error(`schemas/${service}/${file}: not named <EventName>.v<N>.json`)
        const id = `${service}/${file.replace(/\.json$/, '')}`
        return { id, service, name, version: Number(version), schema: read(root, id) }
      }),
    )
    .sort((a, b) => compare(a.service, b.service) || compare(a.name, b.name) || a.version - b.version)
  return { events, common: new Map(common.map((name) => [name, read(root, `common/${name}`)])) }
}

/** Order of code units: the same on every machine. */
export const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Only the newest version of each event. */
export const newest = (events: readonly EventSchema[]) =>
  events.filter((event) => !events.some((other) => other.name === event.name && other.version > event.version))
