import pg from 'pg'
import { MigrationFailed } from './errors.ts'
import { readMigrations } from './migration-files.ts'
import { migrationList, noFilters, withSchemaEngine } from './schema-engine.ts'

type AppliedRow = { migration_name: string; checksum: string }

/** What `_prisma_migrations` says is applied; nothing when the table is not there yet. */
const appliedTo = async (url: string): Promise<Map<string, string>> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ there: boolean }>(`select to_regclass('public._prisma_migrations') is not null as there`)
    if (tables[0]?.there !== true) return new Map()
    const { rows } = await client.query<AppliedRow>(
      'select migration_name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null',
    )
    return new Map(rows.map((row) => [row.migration_name, row.checksum]))
  } finally {
    await client.end()
  }
}

/**
 * Applies the migrations of `folder` that the database has not got yet, and records them in `_prisma_migrations`
 * exactly as `prisma migrate deploy` does, so that either may be used on the same database.
 *
 * @returns the names of what was applied now, in order
 * @throws MigrationFailed when an applied migration was edited, or one does not run
 */
export const migrate = async ({ url, folder }: { url: string; folder: string }): Promise<string[]> => {
  const [migrations, applied] = await Promise.all([readMigrations(folder), appliedTo(url)])
  for (const { name, checksum } of migrations) {
    const known = applied.get(name)
    if (known !== undefined && known !== checksum) {
      throw new MigrationFailed(`the migration ${name} was edited after it had been applied; write a new one instead`, { migration: name })
    }
  }
  // The engine takes half a second to load, and most starts have nothing to do.
  if (migrations.every(({ name }) => applied.has(name))) return []
  const migrationsList = await migrationList(folder)
  try {
    const { appliedMigrationNames } = await withSchemaEngine(url, (engine) =>
      engine.applyMigrations({ migrationsList, filters: noFilters }),
    )
    return appliedMigrationNames
  } catch (cause) {
    throw new MigrationFailed(
      `the migrations in ${folder} could not be applied: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    )
  }
}
