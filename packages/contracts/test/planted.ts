import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Schema } from '../scripts/schema-files.ts'

export const repository = join(import.meta.dirname, '../../..')

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone when the file's tests have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'contracts-'))
  folders.push(folder)
  return folder
}

/** A copy of our schemas with some files changed (by id, e.g. `order/OrderPlaced.v1`), added, or gone (undefined). */
export function plant(changes: Record<string, ((schema: Schema) => Schema) | Schema | undefined>): string {
  const folder = temporaryFolder()
  cpSync(join(repository, 'schemas'), folder, { recursive: true })
  for (const [id, change] of Object.entries(changes)) {
    const file = join(folder, `${id}.json`)
    if (change === undefined) rmSync(file)
    else
      writeFileSync(file, JSON.stringify(typeof change === 'function' ? change(JSON.parse(readFileSync(file, 'utf8')) as Schema) : change))
  }
  return folder
}

/** A change of one field's schema. */
export const field =
  (name: string, change: object | undefined) =>
  (schema: Schema): Schema => {
    const properties = schema['properties'] as Record<string, Schema>
    const { [name]: old, ...others } = properties
    return { ...schema, properties: change === undefined ? others : { ...properties, [name]: { ...old, ...change } } }
  }
