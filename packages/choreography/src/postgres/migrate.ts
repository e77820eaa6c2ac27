import { readdir, readFile } from 'node:fs/promises'
import type { Pool } from 'pg'

const folder = new URL('../../migrations/', import.meta.url)

/** Brings the runtime's own schema `choreography` up to date. Safe when several instances start at once. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT pg_advisory_xact_lock(hashtext('choreography migrations'))")
    await client.query('CREATE SCHEMA IF NOT EXISTS choreography')
    await client.query(
      'CREATE TABLE IF NOT EXISTS choreography.migrations (name text PRIMARY KEY, "appliedAt" timestamptz NOT NULL DEFAULT now())',
    )
    const { rows } = await client.query<{ name: string }>('SELECT name FROM choreography.migrations')
    const applied = new Set(rows.map(({ name }) => name))
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql') && !applied.has(name)).sort()
    for (const name of files) {
      await client.query(await readFile(new URL(name, folder), 'utf8'))
      await client.query('INSERT INTO choreography.migrations (name) VALUES ($1)', [name])
    }
    await client.query('COMMIT')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}
