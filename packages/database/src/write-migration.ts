import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyLockFile, readMigrations } from './migration-files.ts'
import { noFilters, withoutDatabase } from './schema-engine.ts'

// The schema as it was after a migration lies beside its SQL. Prisma would rather replay all migrations on an empty database
// and introspect that, which its engine cannot do through the pg adapter ("char" columns of the catalogue).
const snapshotName = 'schema.snapshot'

const readSchema = async (folder: string): Promise<string> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort()
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
}

const lastSnapshot = async (migrationsFolder: string): Promise<string | undefined> => {
  const last = (await readMigrations(migrationsFolder)).at(-1)
  return last && (await readFile(join(migrationsFolder, last.name, snapshotName), 'utf8'))
}

const datamodel = (content: string) => ({ tag: 'schemaDatamodel' as const, files: [{ path: 'schema.prisma', content }] })

const difference = async (from: string | undefined, to: string): Promise<string | undefined> => {
  const { stdout } = await withoutDatabase((engine) =>
    engine.diff({
      from: from === undefined ? { tag: 'empty' } : datamodel(from),
      to: datamodel(to),
      script: true,
      exitCode: null,
      filters: noFilters,
    }),
  )
  return stdout === null || stdout.trim() === '' || stdout.includes('This is an empty migration') ? undefined : stdout
}

const stamp = (now: Date): string => now.toISOString().replace(/\D/g, '').slice(0, 14)

/**
 * Writes the next migration: what leads from the schema at the last migration to the schema now. Needs no database.
 *
 * @param schemaFolder the folder of `schema.prisma` (all its `.prisma` files count)
 * @param name lower-case words joined by `_`, the end of the migration's folder name
 * @returns the new migration's folder, or undefined when nothing differs
 */
export const writeMigration = async (input: {
  schemaFolder: string
  migrationsFolder: string
  name: string
  now?: Date
}): Promise<string | undefined> => {
  const schema = await readSchema(input.schemaFolder)
  const sql = await difference(await lastSnapshot(input.migrationsFolder), schema)
  if (sql === undefined) return undefined
  const folder = join(input.migrationsFolder, `${stamp(input.now ?? new Date())}_${input.name}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'migration.sql'), sql)
  await writeFile(join(folder, snapshotName), schema)
  await writeFile(join(input.migrationsFolder, 'migration_lock.toml'), emptyLockFile)
  return folder
}

/** The SQL that a schema has got and its migrations have not; undefined when they agree. For tests and `npm run lint`. */
export const missingMigration = async (input: { schemaFolder: string; migrationsFolder: string }): Promise<string | undefined> =>
  difference(await lastSnapshot(input.migrationsFolder), await readSchema(input.schemaFolder))
