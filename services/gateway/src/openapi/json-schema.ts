import { z } from 'zod'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Turns schemas into JSON Schema 2020-12, and gathers those with an id as the document's components. */
export interface SchemaWriter {
  write(schema: z.ZodType): JsonSchema
  readonly components: Readonly<Record<string, JsonSchema>>
}

export function schemaWriter(): SchemaWriter {
  const components: Record<string, JsonSchema> = {}
  return {
    components,
    write(schema) {
      // As a part of something, because the outermost schema does not become a reference.
      const { properties, $defs = {} } = relocated(z.toJSONSchema(z.object({ schema }), { io: 'input', override: onlyPortable }))
      for (const [id, definition] of Object.entries($defs)) components[id] ??= definition
      return properties['schema'] as JsonSchema
    },
  }
}

interface Written {
  readonly properties: Record<string, JsonSchema>
  readonly $defs?: Record<string, JsonSchema>
}

const relocated = (written: object): Written =>
  JSON.parse(JSON.stringify(written).replaceAll('"#/$defs/', '"#/components/schemas/')) as Written

/** A pattern of JSON Schema has no flags and is read as Unicode: one that means something else without them must not get out. */
function onlyPortable({ zodSchema }: { zodSchema: z.core.$ZodTypes }): void {
  for (const def of [zodSchema._zod.def, ...(zodSchema._zod.def.checks ?? []).map((check) => check._zod.def)]) {
    const { pattern } = def as { pattern?: RegExp }
    if (pattern !== undefined && /[^u]/.test(pattern.flags))
      throw new Error(`${String(pattern)} cannot be published: a pattern of JSON Schema has no flags`)
  }
}
