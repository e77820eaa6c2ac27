import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrationsHash, missingMigration, writeMigration } from '../src/index.ts'

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

describe('writing migrations', () => {
  it('begins with everything and goes on with what changed', async () => {
    await next('name String', 'init')
    await next('name String\n  amount BigInt @default(0)', 'amount')
    const [first, second] = (await readdir(migrations)).filter((name) => name !== 'migration_lock.toml').sort()
    expect(first).toMatch(/^\d{14}_init$/)
    expect(await readFile(join(migrations, first ?? '', 'migration.sql'), 'utf8')).toContain('CREATE TABLE "things"')
    const sql = await readFile(join(migrations, second ?? '', 'migration.sql'), 'utf8')
    expect(sql).toContain('ADD COLUMN     "amount" BIGINT')
    expect(sql).not.toContain('CREATE TABLE')
  })

  it('writes nothing when schema and migrations agree, and says what is missing when they do not', async () => {
    await next('name String', 'init')
    expect(await next('name String', 'again')).toBeUndefined()
    await writeFile(join(folder, 'schema.prisma'), schema('name String\n  more Int?'))
    expect(await missingMigration({ schemaFolder: folder, migrationsFolder: migrations })).toContain('"more" INTEGER')
  })
})

describe('the hash of the migrations', () => {
  it('changes with each of them', async () => {
    const empty = await migrationsHash(migrations)
    await next('name String', 'init')
    const one = await migrationsHash(migrations)
    await next('name String?', 'optional')
    expect(new Set([empty, one, await migrationsHash(migrations)]).size).toBe(3)
  })
})
