import type { Transaction, VersionedRow, Writes } from '../ports.ts'
import type { LoadedRows } from '../reaction.ts'
import type { Many, One, Reads, TableInfo } from '../table.ts'

interface Slot {
  row: object | undefined
  /** −1 for a row that does not exist yet. */
  readonly version: number
  changed: boolean
}

/** The rows of one batch: loaded once, seen and changed by one decision after the other, saved once. */
export interface Overlay {
  /** Loads what is not there yet, tables in the service's order. One statement for each table. */
  load(reads: Iterable<Reads>): Promise<void>
  /** Loads, without a wait, when everything is there already. */
  has(reads: Reads): boolean
  view(reads: Reads): LoadedRows
  apply(reads: Reads, changes: LoadedRows): void
  writes(): Writes['rows']
}

/** @param frozen makes a decision that mutates its rows fail: for tests, as it costs time. */
export function overlay(tables: readonly TableInfo[], tx: Transaction, frozen: boolean): Overlay {
  const kept = <Row extends object | undefined>(row: Row): Row => (frozen ? deepFreeze(row) : row)
  const slots = new Map<string, Map<string, Slot>>(tables.map(({ name }) => [name, new Map()]))
  const of = (table: TableInfo): Map<string, Slot> => {
    const found = slots.get(table.name)
    if (found === undefined) throw new Error(`the table ${table.name} is not in the service's list of tables`)
    return found
  }
  const slot = (table: TableInfo, key: string): Slot => {
    const found = of(table).get(key)
    if (found === undefined) throw new Error(`${table.name} ${key} was changed but not read`)
    return found
  }

  return {
    async load(reads) {
      const wanted = new Map<string, Set<string>>()
      for (const read of reads)
        for (const one of Object.values(read)) {
          const missing = keysOf(one).filter((key) => !of(one.table).has(key))
          if (missing.length === 0) continue
          const keys = wanted.get(one.table.name) ?? new Set()
          for (const key of missing) keys.add(key)
          wanted.set(one.table.name, keys)
        }
      await Promise.all(
        tables
          .filter(({ name }) => wanted.has(name))
          .map(async (table) => {
            const keys = [...(wanted.get(table.name) ?? [])].sort()
            const loaded = await tx.load(table, keys)
            for (const key of keys) {
              const found = loaded.get(key)
              of(table).set(key, { row: kept(found?.row), version: found?.version ?? -1, changed: false })
            }
          }),
      )
    },
    has: (reads) => Object.values(reads).every((read) => keysOf(read).every((key) => of(read.table).has(key))),
    view(reads) {
      const view: Record<string, unknown> = {}
      for (const [name, read] of Object.entries(reads))
        view[name] = isOne(read) ? slot(read.table, read.key).row : manyRows(read, of(read.table))
      return view
    },
    apply(reads, changes) {
      for (const [name, change] of Object.entries(changes)) {
        const read = reads[name]
        if (read === undefined) throw new Error(`rows.${name} was changed but not read`)
        if (change === undefined) continue
        for (const row of (isOne(read) ? [change] : change) as Record<string, unknown>[]) {
          const changed = slot(read.table, String(row[read.table.key]))
          changed.row = kept(row)
          changed.changed = true
        }
      }
    },
    writes() {
      return tables.flatMap(({ name, key }) => {
        const changed = [...(slots.get(name) ?? [])].filter(([, { changed }]) => changed).sort(([a], [b]) => (a < b ? -1 : 1))
        if (changed.length === 0) return []
        const rows = changed.map(([, { row, version }]): VersionedRow => ({ row: row as object, version }))
        const columns = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))].sort()
        return [{ table: name, key, columns, rows }]
      })
    },
  }
}

const isOne = (read: One<object> | Many<object>): read is One<object> => 'key' in read
const keysOf = (read: One<object> | Many<object>): readonly string[] => (isOne(read) ? [read.key] : read.keys)

function manyRows(read: Many<object>, slots: ReadonlyMap<string, Slot>): ReadonlyMap<string, object> {
  const rows = new Map<string, object>()
  for (const key of read.keys) {
    const row = slots.get(key)?.row
    if (row !== undefined) rows.set(key, row)
  }
  return rows
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
