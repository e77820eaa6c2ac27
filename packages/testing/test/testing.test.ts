import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { eventually, freshDatabase, uniqueName } from '../src/index.ts'

describe('what tests get', () => {
  it('says where the infrastructure is', () => {
    expect(process.env['POSTGRES_URL']).toMatch(/^postgresql:/)
    expect(process.env['KAFKA_BROKERS']).toMatch(/:\d+$/)
    expect(process.env['REDIS_URL']).toMatch(/^redis:/)
  })

  it('makes empty databases that do not see each other', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
    expect(one).not.toBe(other)
    const client = new pg.Client({ connectionString: one })
    await client.connect()
    const { rows } = await client.query<{ name: string }>('select current_database() as name')
    await client.end()
    expect(one.endsWith(rows[0]?.name ?? 'nothing')).toBe(true)
  })

  it('waits until a check holds, and gives its last error when it never does', async () => {
    let calls = 0
    const late = () => {
      calls += 1
      if (calls < 3) throw new Error('not yet')
      return calls
    }
    expect(await eventually(late)).toBe(3)
    const never = () => {
      throw new Error('never')
    }
    await expect(eventually(never, { timeoutMs: 50 })).rejects.toThrow('never')
  })

  it('never gives a name twice', () => {
    expect(uniqueName('topic')).not.toBe(uniqueName('topic'))
  })
})
