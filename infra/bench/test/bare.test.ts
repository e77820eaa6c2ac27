import { freshDatabase } from '@murmuration/testing'
import pg from 'pg'
import { expect, it } from 'vitest'
import { prepareBare, runBareSaga } from '../src/bare/run.ts'
import { bareSaga, steps } from '../src/bare/steps.ts'

it('brings an order to its end in the database, step by step', async () => {
  const pool = new pg.Pool({ connectionString: await freshDatabase(), max: 2 })
  try {
    await prepareBare(pool)
    const saga = bareSaga(0, ['SKU-0'])
    await runBareSaga(pool, saga)
    const { rows } = await pool.query(
      `select o.status as "order", jsonb_array_length(o.history) as steps, r.status as reservation, p.status as payment, c.status as capture,
         n.status as notification, s.available, s.reserved, s.total
       from orders o join reservations r using ("orderId") join payments p using ("orderId") join captures c using ("orderId")
         join notifications n using ("orderId") join decisions d using ("orderId"), stocks s
       where o."orderId" = $1 and s.sku = 'SKU-0'`,
      [saga.orderId],
    )
    const ended = { order: 'confirmed', steps: 3, reservation: 'committed', payment: 'success', capture: 'captured', notification: 'sent' }
    expect(rows).toEqual([{ ...ended, available: 999_999, reserved: 0, total: 999_999 }])
  } finally {
    await pool.end()
  }
})

it('makes as many transactions as it has steps', async () => {
  const pool = new pg.Pool({ connectionString: await freshDatabase(), max: 1 })
  const commits = async () => Number((await pool.query<{ at: string }>(`select pg_current_xact_id()::text as at`)).rows[0]?.at)
  try {
    await prepareBare(pool)
    const before = await commits()
    await runBareSaga(pool, bareSaga(1, ['SKU-1']))
    // The second look at the counter is one itself.
    expect((await commits()) - before - 1).toBe(steps.length)
  } finally {
    await pool.end()
  }
})
