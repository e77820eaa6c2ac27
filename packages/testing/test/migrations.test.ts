import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MigrationFailed, migrate, writeMigration } from '@murmuration/database'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase } from '../src/index.ts'

const schema = (columns: string): string => `
generator client {
  provider = "prisma-client"
  output   = "../generated"
}
datasource db {
  provider = "postgresql"
}
model Thing {
  id String @id
  ${columns}
  @@map("things")
}
`

let folder: string
let migrations: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'murmuration-migrations-'))
  migrations = join(folder, 'migrations')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

let minute = 0

const next = async (columns: string, name: string): Promise<string | undefined> => {
  await writeFile(join(folder, 'schema.prisma'), schema(columns))
  minute += 1
  return writeMigration({ schemaFolder: folder, migrationsFolder: migrations, name, now: new Date(Date.UTC(2026, 0, 1, 0, minute)) })
}

const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

describe('applying migrations', () => {
  it('applies what is missing, in order, and then nothing more', async () => {
    const url = await freshDatabase()
    await next('name String', 'init')
    expect(await migrate({ url, folder: migrations })).toHaveLength(1)
    await query(url, `insert into things (id, name) values ('a', 'b')`)
    await next('name String\n  amount BigInt @default(7)', 'amount')
    expect(await migrate({ url, folder: migrations })).toEqual([expect.stringMatching(/_amount$/)])
    expect(await migrate({ url, folder: migrations })).toEqual([])
    expect(await query(url, 'select * from things')).toEqual([{ id: 'a', name: 'b', amount: '7' }])
  })

  it('keeps the books as Prisma does', async () => {
    const url = await freshDatabase()
    await next('name String', 'init')
    await migrate({ url, folder: migrations })
    const rows = await query(url, 'select migration_name, checksum, finished_at, applied_steps_count from _prisma_migrations')
    expect(rows).toEqual([
      {
        migration_name: expect.stringMatching(/_init$/),
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        finished_at: expect.any(Date),
        applied_steps_count: 1,
      },
    ])
  })

  it('leaves another schema of the same database alone', async () => {
    const url = await freshDatabase()
    await query(url, 'create schema choreography; create table choreography.inbox (id text primary key)')
    await next('name String', 'init')
    await migrate({ url, folder: migrations })
    await next('name String?', 'optional')
    await migrate({ url, folder: migrations })
    expect(await query(url, `select count(*)::int as n from information_schema.tables where table_schema = 'choreography'`)).toEqual([
      { n: 1 },
    ])
  })

  it('refuses a migration that was edited after it had been applied', async () => {
    const url = await freshDatabase()
    const first = (await next('name String', 'init')) ?? ''
    await migrate({ url, folder: migrations })
    await writeFile(join(first, 'migration.sql'), 'select 1')
    await expect(migrate({ url, folder: migrations })).rejects.toThrow(/was edited/)
  })

  it('names the migration that does not run', async () => {
    const url = await freshDatabase()
    const first = (await next('name String', 'init')) ?? ''
    await writeFile(join(first, 'migration.sql'), 'create table broken (')
    const failure = migrate({ url, folder: migrations })
    await expect(failure).rejects.toBeInstanceOf(MigrationFailed)
    await expect(failure).rejects.toThrow(/_init/)
  })

  it('applies each migration once when two processes start at once', async () => {
    const url = await freshDatabase()
    await next('name String', 'init')
    const results = await Promise.allSettled([migrate({ url, folder: migrations }), migrate({ url, folder: migrations })])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled'])
    expect(await query(url, 'select count(*)::int as n from _prisma_migrations')).toEqual([{ n: 1 }])
  })
})
