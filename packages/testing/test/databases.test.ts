import { asAdmin, createDatabase, databaseExists, databaseUrl, dropDatabase, templateDatabase } from '@murmuration/database'
import { afterAll, describe, expect, it } from 'vitest'
import { freshDatabase, uniqueName } from '../src/index.ts'

const server = process.env['POSTGRES_URL'] ?? ''
const made: string[] = []

const named = (prefix: string): string => {
  const name = uniqueName(prefix)
  made.push(name)
  return name
}

afterAll(async () => {
  await asAdmin(server, async (client) => {
    for (const name of made) await client.query(`update pg_database set datistemplate = false where datname = $1`, [name])
  })
  for (const name of made) await dropDatabase(server, name)
})

describe('databases', () => {
  it('are made once, also by ten at once', async () => {
    const name = named('Mixed-case')
    const results = await Promise.all(Array.from({ length: 10 }, () => createDatabase(server, name)))
    expect(results.filter(({ created }) => created)).toHaveLength(1)
    expect(await databaseExists(server, name)).toBe(true)
  })

  it('are dropped even while somebody is connected', async () => {
    const url = await freshDatabase()
    const name = new URL(url).pathname.slice(1)
    await asAdmin(url, async (client) => {
      client.on('error', () => undefined)
      await dropDatabase(server, name)
      await client.query('select 1').catch(() => undefined)
    })
    expect(await databaseExists(server, name)).toBe(false)
  })
})

describe('template databases', () => {
  it('are filled once, also for five at once, and copied with their content', async () => {
    const template = named('template')
    let fills = 0
    const fill = (url: string) =>
      asAdmin(url, async (client) => {
        fills += 1
        await client.query('create table filled (id int); insert into filled values (1)')
      })
    await Promise.all(Array.from({ length: 5 }, () => templateDatabase(server, template, fill)))
    expect(fills).toBe(1)
    const copy = named('copy')
    await createDatabase(server, copy, template)
    const rows = await asAdmin(databaseUrl(server, copy), async (client) => (await client.query('select id from filled')).rows)
    expect(rows).toEqual([{ id: 1 }])
  })

  it('are made anew when their making was cut off', async () => {
    const template = named('template')
    await expect(templateDatabase(server, template, () => Promise.reject(new Error('cut off')))).rejects.toThrow('cut off')
    let filled = false
    await templateDatabase(server, template, () => {
      filled = true
      return Promise.resolve()
    })
    expect(filled).toBe(true)
  })
})
