import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { readLockFile, readMigrations } from './migration-files.ts'

// The part of the global that is used here: its types come with those of browsers only.
declare const WebAssembly: {
  instantiate: (code: Uint8Array, imports: Record<string, object>) => Promise<{ instance: { exports: Record<string, unknown> } }>
}

const call = (from: Record<string, unknown>, name: string, ...args: unknown[]): void => {
  const method = from[name]
  if (typeof method !== 'function') throw new TypeError(`@prisma/schema-engine-wasm has no ${name}: was its version changed?`)
  method(...args)
}

// Prisma's own engine is a binary from a download site; its WebAssembly build comes with the package.
// The package's entry imports the .wasm file as a module, which is still an experiment in Node, hence by hand.
const load = async (): Promise<typeof SchemaEngine> => {
  const file = fileURLToPath(new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')))
  const { instance } = await WebAssembly.instantiate(await readFile(file), { './schema_engine_bg.js': bindings })
  call({ ...bindings }, '__wbg_set_wasm', instance.exports)
  call(instance.exports, '__wbindgen_start')
  return bindings.SchemaEngine
}

let engine: Promise<typeof SchemaEngine> | undefined

export const noFilters = { externalTables: [], externalEnums: [] }

type Factory = Parameters<typeof bindMigrationAwareSqlAdapterFactory>[0]

const withEngine = async <T>(factory: Factory, work: (engine: SchemaEngine) => Promise<T>): Promise<T> => {
  engine ??= load()
  const connected = await (await engine).new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory))
  try {
    return await work(connected)
  } finally {
    connected.free()
  }
}

/** Runs `work` with a schema engine connected to `url`; all its connections are closed afterwards. */
export const withSchemaEngine = async <T>(url: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> => {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  try {
    return await withEngine(new PrismaPg(pool), work)
  } finally {
    await pool.end()
  }
}

const refuse = () => Promise.reject(new Error('comparing schemas must not need a database'))

// The engine connects, and asks for the version and the schema, before it knows what it is to do. It gets that answer and nothing else.
const greeting = {
  columnNames: ['exists', 'version', 'numeric_version'],
  columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
  rows: [[true, 'PostgreSQL 15', 150_000]],
}

const nowhere = {
  provider: 'postgres' as const,
  adapterName: 'none',
  queryRaw: ({ sql }: { sql: string }) => (sql.includes('server_version_num') ? Promise.resolve(greeting) : refuse()),
  executeRaw: refuse,
  executeScript: refuse,
  startTransaction: refuse,
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  dispose: () => Promise.resolve(),
}

/** For what only compares schemas. */
export const withoutDatabase = <T>(work: (engine: SchemaEngine) => Promise<T>): Promise<T> => {
  const connect = () => Promise.resolve(nowhere)
  return withEngine({ provider: 'postgres', adapterName: 'none', connect, connectToShadowDb: connect }, work)
}

export const migrationList = async (folder: string): Promise<MigrationList> => ({
  baseDir: folder,
  lockfile: { path: 'migration_lock.toml', content: await readLockFile(folder) },
  shadowDbInitScript: '',
  migrationDirectories: (await readMigrations(folder)).map(({ name, sql }) => ({
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
  })),
})
