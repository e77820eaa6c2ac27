import { createDatabase, dropDatabase } from '@murmuration/database'
import pg from 'pg'
import { schema } from './schema.ts'
import { type BareSaga, bareSaga, type Statement, steps } from './steps.ts'

export interface Bare {
  readonly sagas: number
  readonly seconds: number
  readonly perSecond: number
  /** Transactions of one saga. */
  readonly steps: number
}

const concurrency = 8
const warmUpMs = 500
export const skus = Array.from({ length: 243 }, (_, index) => `SKU-${index}`)

async function change(client: pg.PoolClient | pg.Pool, { name, text, values }: Statement, saga: BareSaga): Promise<void> {
  const { rowCount } = await client.query({ name, text, values: values(saga) })
  if (rowCount !== 1) throw new Error(`the bare step "${name}" changed ${rowCount} rows`)
}

/** As one transaction; each statement has to change exactly one row. */
export async function together(pool: pg.Pool, statements: readonly Statement[], saga: BareSaga): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const statement of statements) await change(client, statement, saga)
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** One saga, each step a transaction of its own, awaited before the next begins. */
export async function runBareSaga(pool: pg.Pool, saga: BareSaga): Promise<void> {
  for (const { statements } of steps) {
    const [only] = statements
    if (statements.length === 1 && only !== undefined) await change(pool, only, saga)
    else await together(pool, statements, saga)
  }
}

export async function prepareBare(pool: pg.Pool): Promise<void> {
  await pool.query(schema)
  await pool.query(`insert into stocks select 'main/' || sku, sku, 'main', 1000000, 0, 1000000 from unnest($1::text[]) as sku`, [skus])
}

/** How many sagas a second one process makes of the same steps without broker and services, on a database of its own, dropped after. */
export async function bare(serverUrl: string, seconds: number): Promise<Bare> {
  const name = `bench_bare_${process.pid}`
  const { url } = await createDatabase(serverUrl, name)
  const pool = new pg.Pool({ connectionString: url, max: concurrency })
  pool.on('error', () => undefined)
  try {
    await prepareBare(pool)
    let n = 0
    const until = async (deadline: number): Promise<void> => {
      const worker = async (): Promise<void> => {
        while (performance.now() < deadline) await runBareSaga(pool, bareSaga(n++, skus))
      }
      await Promise.all(Array.from({ length: concurrency }, worker))
    }
    await until(performance.now() + warmUpMs)
    const before = n
    const start = performance.now()
    await until(start + seconds * 1000)
    const took = (performance.now() - start) / 1000
    const sagas = n - before
    return { sagas, seconds: Math.round(took * 100) / 100, perSecond: Math.round((sagas / took) * 10) / 10, steps: steps.length }
  } finally {
    await pool.end()
    await dropDatabase(serverUrl, name)
  }
}
