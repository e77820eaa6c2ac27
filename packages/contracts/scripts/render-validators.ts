import ajvModule from 'ajv/dist/2020.js'
import standaloneModule from 'ajv/dist/standalone/index.js'
import { formats } from '../src/formats.ts'
import { longestArray } from './lint-schemas.ts'
import { type EventSchema, type SchemaSet, urnOf, withoutNotes } from './schema-files.ts'

/** Name of the exported validator of one version, e.g. `OrderPlaced_v1`. */
export const validatorName = ({ name, version }: EventSchema) => `${name}_v${version}`

/** Ajv's own count of code points, needed at run time for `maxLength`; written out so that nothing is imported there. */
const countCodePoints = `(text) => {
  let length = text.length
  for (let i = text.length - 2; i >= 0; i--) if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) length--
  return length
}`

/**
 * The validators as one ES module without imports and without `eval`. They collect all errors, but look at no more of an array
 * than the longest that a schema allows: a message of a million items costs no million errors.
 */
export function renderValidators({ events, common }: SchemaSet): string {
  const ajv = new ajvModule.Ajv2020({
    allErrors: true,
    messages: false,
    strict: true,
    inlineRefs: false,
    formats,
    code: { source: true, esm: true, lines: true },
  })
  for (const [name, schema] of common) ajv.addSchema({ ...withoutNotes(schema), $id: urnOf(`common/${name}`) })
  for (const event of events) ajv.addSchema({ ...withoutNotes(event.schema), $id: urnOf(event.id) })
  const code = standaloneModule
    .default(ajv, Object.fromEntries(events.map((event) => [validatorName(event), urnOf(event.id)])))
    .replace('"use strict";', '')
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', countCodePoints)
    .replace(/const (len\d+) = (\w+)\.length;/g, `const $1 = Math.min($2.length, ${longestArray + 1});`)
    .replace(/^\/\*# sourceURL=.*\*\/ ;?$/gm, '')
    .trim()
  const needed = /require\("([^"]+)"\)/.exec(code)
  if (needed) throw new Error(`the validators would need ${needed[1]} at run time; write it out in render-validators.ts`)
  return code
}

/** Types of the validators' module. */
export const renderValidatorTypes = ({ events }: SchemaSet) =>
  [
    "import type { Validator } from '../field-errors.ts'",
    '',
    ...events.map((event) => `export declare const ${validatorName(event)}: Validator`),
  ].join('\n')
