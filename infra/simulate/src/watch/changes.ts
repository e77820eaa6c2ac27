/** A row that a committed transaction has changed; `before` is undefined for a new one. */
export interface Change<Row extends object = object> {
  readonly key: string
  readonly before: Row | undefined
  readonly after: Row
}

/** What one transaction has changed, by table. */
export interface Changes {
  of<Row extends object>(table: { readonly name: string; one(key: string): { readonly row?: Row } }): readonly Change<Row>[]
}

export const changesOf = (rows: ReadonlyMap<string, readonly Change[]>): Changes => ({
  of: <Row extends object>({ name }: { readonly name: string }) => (rows.get(name) ?? []) as readonly Change<Row>[],
})
