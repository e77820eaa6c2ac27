import pg from 'pg'

/** Ids end in a UUID's last twelve digits; another number there makes another id, beside the old ones in every index. */
const ids = new Set(['orderId', 'paymentId', 'cause', 'notificationId', 'eventId'])
const chunk = 50_000

interface Column {
  readonly table_schema: string
  readonly table_name: string
  readonly column_name: string
  readonly data_type: string
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** All tables that hold something for each order, and the inbox, by their columns. */
async function tablesOf(client: pg.Client): Promise<Map<string, Column[]>> {
  const { rows } = await client.query<Column>(
    `select table_schema, table_name, column_name, data_type from information_schema.columns as c
     where is_generated = 'NEVER' and (table_schema, table_name) = ('choreography', 'inbox')
        or table_schema = 'public' and exists (select from information_schema.columns as o
          where o.table_schema = c.table_schema and o.table_name = c.table_name and o.column_name = 'orderId')
     order by ordinal_position`,
  )
  const tables = new Map<string, Column[]>()
  for (const column of rows) {
    const name = `${quote(column.table_schema)}.${quote(column.table_name)}`
    tables.set(name, [...(tables.get(name) ?? []), column])
  }
  return tables
}

/** Rows of the past lie in the past; the inbox stays as young as it is, so that its pruning does not take it away. */
function copied({ table_schema: schema, column_name: name, data_type: type }: Column): string {
  if (ids.has(name)) return `left(s.${quote(name)}, -12) || lpad(to_hex(n), 12, '0')`
  if (schema === 'public' && type.startsWith('timestamp')) return `s.${quote(name)} - n * interval '2 seconds'`
  return `s.${quote(name)}`
}

/**
 * Multiplies what a database holds of finished orders until it is of `orders` more: all rows of all its tables, with ids of their own, set by set.
 * @param samples how many finished orders it holds
 * @returns rows that were added
 */
export async function fill(
  databaseUrl: string,
  { orders, samples, say }: { orders: number; samples: number; say(added: number): void },
): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('set synchronous_commit = off')
    const copies = Math.ceil(orders / samples)
    const step = Math.max(1, Math.floor(chunk / samples))
    let added = 0
    for (const [table, columns] of await tablesOf(client)) {
      const names = columns.map(({ column_name }) => quote(column_name)).join(', ')
      await client.query(`create temporary table sample as select * from ${table}`)
      for (let from = 1; from <= copies; from += step) {
        const { rowCount } = await client.query(
          `insert into ${table} (${names}) select ${columns.map(copied).join(', ')}
           from generate_series($1::bigint, $2::bigint) as n, sample as s on conflict do nothing`,
          [from, Math.min(copies, from + step - 1)],
        )
        added += rowCount ?? 0
        say(added)
      }
      await client.query('drop table sample')
    }
    // What autovacuum would have done on the way.
    await client.query('vacuum (analyze)')
    return added
  } finally {
    await client.end()
  }
}
