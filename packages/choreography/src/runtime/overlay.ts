import type { Transaction, VersionedRow, Writes } from '../ports.ts'
import type { LoadedRows } from '../reaction.ts'
import type { Many, One, Reads, TableInfo } from '../table.ts'
import { deepFreeze } from './deep-freeze.ts'

interface Slot {
  row: object | undefined
  /** −1 for a row that does not exist yet. */
  readonly version: number
  changed: boolean
}

/** The rows of one batch: loaded once, seen and changed by one decision after the other, saved once. */
export interface Overlay {
  /** Loads what is not there yet, tables in the service's order, one statement for each table; undefined when all is there. */
  load(reads: Iterable<Reads>): Promise<void> | undefined
  view(reads: Reads): LoadedRows
  apply(reads: Reads, changes: LoadedRows): void
  writes(): Writes['rows']
}

/** @param frozen makes a decision that mutates its rows fail: for tests, as it costs time. */
export function overlay(tables: readonly TableInfo[], tx: Transaction, frozen: boolean): Overlay {
  const kept = <Row extends object | undefined>(row: Row): Row => (frozen ? deepFreeze(row) : row)
  const slots = new Map<string, Map<string, Slot>>()
  const of = (table: string): Map<string, Slot> => {
    let found = slots.get(table)
    if (found === undefined) {
      if (!tables.some(({ name }) => name === table)) throw new Error(`the table ${table} is not in the service's list of tables`)
      found = new Map()
      slots.set(table, found)
    }
    return found
  }
  const slot = (table: TableInfo, key: string): Slot => {
    const found = of(table.name).get(key)
    if (found === undefined) throw new Error(`${table.name} ${key} was changed but not read`)
    return found
  }

  const fetch = (table: TableInfo, wanted: ReadonlySet<string>): Promise<void> | undefined => {
    const keys = [...wanted].sort()
    const keep = (loaded: ReadonlyMap<string, VersionedRow>) => {
      const known = of(table.name)
      for (const key of keys) {
        const found = loaded.get(key)
        known.set(key, { row: kept(found?.row), version: found?.version ?? -1, changed: false })
      }
    }
    const loading = tx.load(table, keys)
    if (loading instanceof Promise) return loading.then(keep)
    keep(loading)
    return undefined
  }

  return {
    load(reads) {
      const wanted = new Map<string, Set<string>>()
      for (const read of reads)
        for (const as of Object.keys(read)) {
          const one = read[as] as One<object> | Many<object>
          const { name } = one.table
          const known = of(name)
          for (const key of keysOf(one)) {
            if (known.has(key)) continue
            const keys = wanted.get(name)
            if (keys === undefined) wanted.set(name, new Set([key]))
            else keys.add(key)
          }
        }
      if (wanted.size === 0) return undefined
      const loads: Promise<void>[] = []
      for (const table of tables) {
        const keys = wanted.get(table.name)
        const loading = keys === undefined ? undefined : fetch(table, keys)
        if (loading !== undefined) loads.push(loading)
      }
      return loads.length < 2 ? loads[0] : Promise.all(loads).then(() => {})
    },
    view(reads) {
      const view: Record<string, unknown> = {}
      for (const name of Object.keys(reads)) {
        const read = reads[name] as One<object> | Many<object>
        view[name] = isOne(read) ? slot(read.table, read.key).row : manyRows(read, of(read.table.name))
      }
      return view
    },
    apply(reads, changes) {
      for (const name of Object.keys(changes)) {
        const [read, change] = [reads[name], changes[name]]
        if (read === undefined) throw new Error(`rows.${name} was changed but not read`)
        if (change === undefined) continue
        const { key } = read.table
        for (const row of (isOne(read) ? [change] : change) as Record<string, unknown>[]) {
          const changed = slot(read.table, String(row[key]))
          changed.row = kept(row)
          changed.changed = true
        }
      }
    },
    writes() {
      const writes: Writes['rows'][number][] = []
      for (const table of tables) {
        const { name, key } = table
        const known = slots.get(name)
        if (known === undefined) continue
        const changed: string[] = []
        for (const [id, slot] of known) if (slot.changed) changed.push(id)
        if (changed.length === 0) continue
        if (changed.length > 1) changed.sort()
        const rows = changed.map((id): VersionedRow => {
          const { row, version } = known.get(id) as Slot
          return { row: row as object, version }
        })
        writes.push({ table: name, key, columns: columnsOf(table, rows), rows })
      }
      return writes
    },
  }
}

/** The columns that a table's rows have named last, as they did and sorted: nearly all rows name the same ones. */
const lastNamed = new WeakMap<TableInfo, { readonly names: readonly string[]; readonly sorted: readonly string[] }>()

/** All columns that the rows name, sorted. */
function columnsOf(table: TableInfo, rows: readonly VersionedRow[]): readonly string[] {
  const last = lastNamed.get(table)
  const all = rows.map(({ row }) => Object.keys(row))
  if (last !== undefined && all.every((names) => areSame(names, last.names))) return last.sorted
  const sorted = [...new Set(all.flat())].sort()
  const [names = []] = all
  if (names.length === sorted.length) lastNamed.set(table, { names, sorted })
  return sorted
}

const areSame = (a: readonly string[], b: readonly string[]): boolean => {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
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
