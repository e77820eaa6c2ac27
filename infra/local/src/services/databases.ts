import { createDatabase, dropDatabase, migrate } from '@murmuration/database'
import type { ServiceSpec } from './discover.ts'
import { databaseName } from './environment.ts'

// These two keep nothing in PostgreSQL.
const without = new Set(['gateway', 'provider'])

/**
 * A database for each service that keeps anything, with its migrations applied. `fresh` begins with empty ones.
 *
 * @throws Error naming the service whose database or migration is broken
 */
export const prepareDatabases = async (server: string, specs: ServiceSpec[], { fresh }: { fresh: boolean }): Promise<void> => {
  await Promise.all(
    specs.map(async ({ name, migrations, instanceOf }) => {
      if (without.has(name) || instanceOf !== undefined) return
      try {
        if (fresh) await dropDatabase(server, databaseName(name))
        const { url } = await createDatabase(server, databaseName(name))
        if (migrations !== undefined) await migrate({ url, folder: migrations })
      } catch (error) {
        throw new Error(`${name}: its database could not be prepared: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
      }
    }),
  )
}
