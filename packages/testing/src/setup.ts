import { asAdmin, dropDatabase } from '@murmuration/database'
import { ensureInfra, plain, silent } from '@murmuration/local'
import { runVariable } from './environment.ts'

const prefix = 'test_run_'

const databasesLike = (server: string, pattern: string): Promise<string[]> =>
  asAdmin(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where datname like $1', [pattern])
    return rows.map((row) => row.datname)
  })

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Databases of runs that were killed before they could drop them. */
const dropLeftovers = async (server: string): Promise<void> => {
  for (const name of await databasesLike(server, `${prefix}%`)) {
    if (!alive(Number(name.slice(prefix.length).split('_')[0]))) await dropDatabase(server, name)
  }
}

/** A connection that is open after all tests have ended was forgotten by one. */
const openConnections = (server: string, run: string): Promise<string[]> =>
  asAdmin(server, async (client) => {
    const { rows } = await client.query<{ line: string }>(
      `select datname || ': ' || left(query, 80) as line from pg_stat_activity where datname like $1 and backend_type = 'client backend'`,
      [`${run}%`],
    )
    return rows.map((row) => row.line)
  })

/**
 * vitest's globalSetup: makes sure that the test infrastructure runs (it stays, `npm stop` ends it) and tells the tests where, in the
 * environment: POSTGRES_URL, KAFKA_BROKERS, REDIS_URL, TEMPO_URL and OTEL_EXPORTER_OTLP_ENDPOINT. Fails when a test leaves a database
 * connection open.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const { kafka, postgres, redis, tempo } = await ensureInfra('test', process.env['CI'] ? plain : silent)
  if (kafka === undefined || postgres === undefined || redis === undefined) throw new Error('the test infrastructure did not start')
  const run = `${prefix}${process.pid}_${Date.now().toString(36)}`
  const tracing = tempo === undefined ? {} : { TEMPO_URL: tempo.url, OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl }
  const addresses = { POSTGRES_URL: postgres.url, KAFKA_BROKERS: kafka.brokers, REDIS_URL: redis.url, ...tracing }
  Object.assign(process.env, addresses, { [runVariable]: run })
  await dropLeftovers(postgres.url)
  return async () => {
    const open = await openConnections(postgres.url, run)
    for (const name of await databasesLike(postgres.url, `${run}%`)) await dropDatabase(postgres.url, name)
    if (open.length > 0) throw new Error(`${open.length} connections to test databases were left open:\n${open.join('\n')}`)
  }
}
