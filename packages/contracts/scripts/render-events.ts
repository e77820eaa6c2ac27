import { renderTypes } from './render-types.ts'
import { validatorName } from './render-validators.ts'
import { type EventSchema, newest, type SchemaSet } from './schema-files.ts'

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** `events.ts`: types and descriptors of the newest versions. */
export async function renderEvents(set: SchemaSet): Promise<string> {
  const latest = newest(set.events)
  return `import { describe } from '../descriptor.ts'
import type { EventKind, EventType } from '../event.ts'
import * as validators from './validators.js'

${await renderTypes(set)}

${latest.map(renderDescriptor).join('\n\n')}

/** All kinds of events. */
export const events: readonly EventKind[] = [
${latest.map(({ name }) => `  ${name},`).join('\n')}
]

/** The kind of event that a message's \`ce_type\` names. */
export const eventByType: ReadonlyMap<string, EventKind> = new Map(events.map((event) => [event.type, event]))
`
}

function renderDescriptor({ name, service, version, schema }: EventSchema): string {
  const why = schema['x-unconsumed']
  const facts = [
    `type: ${quote(name)}`,
    `version: ${version}`,
    `topic: ${quote(`${service}.events`)}`,
    `source: ${quote(service)}`,
    `sagaField: ${quote(String(schema['x-saga-field']))}`,
    ...(why === undefined ? [] : [`unconsumed: ${quote(String(why))}`]),
  ]
  return `/** ${String(schema['description'])} */
export const ${name}: EventType<${quote(name)}, ${name}Data> = describe(
  { ${facts.join(', ')} },
  validators.${validatorName({ name, service, version, schema, id: '' })},
)`
}

/** `versions.ts`: the validators of all versions. */
export const renderVersions = ({ events }: SchemaSet) => `import type { Validator } from '../field-errors.ts'
import * as validators from './validators.js'

/** The validator of every version, by \`<Event>.v<N>\`. */
export const versions: ReadonlyMap<string, Validator> = new Map<string, Validator>([
${events.map((event) => `  ['${event.name}.v${event.version}', validators.${validatorName(event)}],`).join('\n')}
])
`

/** \`examples.ts\`: the first example of each newest version. */
export const renderExamples = ({ events }: SchemaSet) => `/** One valid example of each event's data. */
export const examples: Readonly<Record<string, unknown>> = {
${newest(events)
  .map(({ name, schema }) => `  ${name}: ${JSON.stringify((schema['examples'] as unknown[])[0])},`)
  .join('\n')}
}
`
