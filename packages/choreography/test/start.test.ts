import { connect, createServer, type Server } from 'node:net'
import { freshDatabase } from '@murmuration/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { kafkaLog } from '../src/kafka/log.ts'
import { postgresStore } from '../src/postgres/store.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

/** A port of the real server's that nobody listens on at first. */
async function late(host: string, port: number): Promise<{ port: number; arrive(): void }> {
  const server = createServer((socket) => {
    const upstream = connect(port, host)
    socket.on('error', () => upstream.destroy()).pipe(upstream)
    upstream.on('error', () => socket.destroy()).pipe(socket)
  })
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const address = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  open.push(server)
  return { port: address.port, arrive: () => void listen(address.port) }
}

describe('a service that starts before what it needs', () => {
  it('waits for PostgreSQL', async () => {
    const real = new URL(await freshDatabase())
    const database = await late(real.hostname, Number(real.port || 5432))
    const url = new URL(real)
    url.host = `127.0.0.1:${database.port}`
    const starting = postgresStore({ databaseUrl: url.href, consumer: 'early' })
    setTimeout(() => database.arrive(), 500)
    const store = await starting
    expect(await store.ping()).toBe(true)
    await store.close()
  })

  it('waits for Kafka, longer than its client does', async () => {
    const [host = '', port] = (process.env['KAFKA_BROKERS'] ?? '').split(',')[0]?.split(':') ?? []
    const broker = await late(host, Number(port))
    const log = kafkaLog({ brokers: [`127.0.0.1:${broker.port}`], clientId: 'early', retries: 1 })
    const starting = log.ensureTopics(['early.events'])
    setTimeout(() => broker.arrive(), 1_000)
    await expect(starting).resolves.toBeUndefined()
    await log.close()
  })

  it('does not wait where waiting mends nothing', async () => {
    const url = new URL(await freshDatabase())
    url.pathname = '/nowhere'
    await expect(postgresStore({ databaseUrl: url.href, consumer: 'early' })).rejects.toThrow('"nowhere" does not exist')
  })
})
