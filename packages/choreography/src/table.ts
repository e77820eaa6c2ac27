/** A table as the runtime knows it. */
export interface TableInfo {
  readonly name: string
  /** The text column that identifies a row. */
  readonly key: string
  /** Rows that reactions only look at need no lock. */
  readonly lock: boolean
}

/** A read of one row by its key. `row` only carries the type. */
export interface One<Row extends object> {
  readonly table: TableInfo
  readonly key: string
  readonly row?: Row
}

/** A read of several rows by their keys. */
export interface Many<Row extends object> {
  readonly table: TableInfo
  readonly keys: readonly string[]
  readonly row?: Row
}

export interface Table<Row extends object> extends TableInfo {
  one(key: string): One<Row>
  many(keys: Iterable<string>): Many<Row>
}

/**
 * Declares a table that reactions read and write by key. A row is plain JSON: timestamps are ISO strings, bigint columns are safe
 * integers, jsonb is itself. The SQL table has the row type's names as columns, the key (text) as primary key, and besides them
 * `version integer not null`, which the runtime keeps: a row saved on top of another version than the one read makes the batch run again.
 * @param options.lock false for rows whose changes may be seen a moment late (projections of others' facts); default true.
 */
export function table<Row extends object>(name: string, options: { key: keyof Row & string; lock?: boolean }): Table<Row> {
  const info: TableInfo = { name, key: options.key, lock: options.lock ?? true }
  return { ...info, one: (key) => ({ table: info, key }), many: (keys) => ({ table: info, keys: [...new Set(keys)] }) }
}

/** What a reaction asks for, under names of its choice. */
export type Reads = Readonly<Record<string, One<object> | Many<object>>>

/** The rows that reads bring: one → the row or undefined, many → a map by key. */
export type RowsOf<R> = {
  readonly [K in keyof R]: R[K] extends One<infer Row> ? Row | undefined : R[K] extends Many<infer Row> ? ReadonlyMap<string, Row> : never
}

/** The changes that a decision may return for reads: one → a row, many → rows. */
export type ChangesOf<R> = {
  readonly [K in keyof R]?: R[K] extends One<infer Row> ? Row : R[K] extends Many<infer Row> ? readonly Row[] : never
}
