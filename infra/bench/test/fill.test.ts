import { postgresStore } from '@murmuration/choreography/postgres'
import { freshDatabase } from '@murmuration/testing'
import pg from 'pg'
import { expect, it } from 'vitest'
import { fill } from '../src/growth/fill.ts'

it('multiplies finished orders and what the inbox holds of them, with ids of their own and times of the past', async () => {
  const url = await freshDatabase({ service: 'notification' })
  const store = await postgresStore({ databaseUrl: url, consumer: 'notification' })
  await store.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const id = '019a9d3e-5f60-7d18-a2c4-9b8e7f6d5c04'
    await client.query(
      `insert into notifications (cause, "notificationId", "orderId", "userId", template, medium, status, "createdAt")
       values ('order_confirmed:' || $1, $1, $1, 'somebody', 'order_confirmed', 'log', 'sent', now())`,
      [id],
    )
    await client.query(`insert into choreography.inbox ("eventId", consumer, digest) values ($1, 'notification', 'x')`, [id])
    expect(await fill(url, { orders: 250, samples: 1, say: () => {} })).toBe(500)
    const { rows } = await client.query(
      `select count(distinct "orderId")::int as orders, count(distinct cause)::int as causes, min("createdAt") < now() - interval '8 minutes' as old,
         (select count(distinct "eventId")::int from choreography.inbox where "seenAt" > now() - interval '1 minute') as inbox
       from notifications`,
    )
    expect(rows).toEqual([{ orders: 251, causes: 251, old: true, inbox: 251 }])
  } finally {
    await client.end()
  }
})
