import { once } from 'node:events'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenAddress } from '../src/infra/component.ts'
import { kafka } from '../src/infra/kafka.ts'
import { choosePorts } from '../src/infra/ports.ts'
import { tempo } from '../src/infra/tempo.ts'
import { withLock } from '../src/lock.ts'
import { freePort } from '../src/ports.ts'
import { rotate } from '../src/process/rotate.ts'
import { sandbox } from './sandbox.ts'

let stack: string
let clear: () => Promise<void>

beforeAll(async () => {
  ;({ stack, clear } = await sandbox())
  await mkdir(stack, { recursive: true })
})
afterAll(() => clear())

const remembered = async (): Promise<unknown> => JSON.parse(await readFile(join(stack, 'ports.json'), 'utf8'))

describe('ports', () => {
  it('gives the next free one when the usual one is taken, on all interfaces or on one', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
      const server = createServer()
      server.listen(0, host)
      await once(server, 'listening')
      const address = server.address()
      const taken = typeof address === 'object' && address !== null ? address.port : 0
      const given = await freePort(taken)
      server.close()
      expect(given, host).not.toBe(taken)
    }
  })

  it('gives no port twice', async () => {
    const given = await Promise.all(Array.from({ length: 10 }, () => freePort(23_450)))
    expect(new Set(given).size).toBe(10)
  })

  // fault: forbidden port
  // 10080 is that of the third stack's gateway: fetch, and so every browser, says "bad port".
  it.each([
    [10_080, 11_080],
    [6000, 7000],
    [6697, 7697],
  ])('passes over %i, to which fetch never connects, although it is free', async (forbidden, next) => {
    const given = await freePort(forbidden)
    expect(given % 1000).toBe(next % 1000)
    expect(given).toBeGreaterThanOrEqual(next)
  })

  it('that fetch refuses are not kept from the last time either', async () => {
    await writeFile(join(stack, 'ports.json'), JSON.stringify({ 'service.gateway': 10_080 }))
    const chosen = await choosePorts('test', { 'service.gateway': 8080 })
    expect(chosen['service.gateway']).not.toBe(10_080)
    expect(await remembered()).toEqual(chosen)
  })

  // fault: forbidden port
  it('that fetch refuses are refused in addresses from the environment, naming what is there', () => {
    const env = {
      TEMPO_URL: 'http://127.0.0.1:6000',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      KAFKA_BROKERS: '127.0.0.1:6000',
    }
    expect(() => givenAddress(tempo, env)).toThrow('tempo at http://127.0.0.1:6000: expected a port that fetch connects to')
    expect(givenAddress(kafka, env)).toEqual({ brokers: '127.0.0.1:6000' })
  })

  it('come back to where they were the last time', async () => {
    await writeFile(join(stack, 'ports.json'), JSON.stringify({ 'service.x': 24_681 }))
    expect(await choosePorts('test', { 'service.x': 9001 })).toEqual({ 'service.x': 24_681 })
  })
})

describe('a lock', () => {
  it('lets one in at a time', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 10))
      inside -= 1
    }
    await Promise.all(Array.from({ length: 5 }, () => withLock(join(stack, 'a.lock'), work)))
    expect(most).toBe(1)
  })

  it('is taken over from a process that died', async () => {
    await writeFile(join(stack, 'b.lock'), '999999 long-ago')
    expect(await withLock(join(stack, 'b.lock'), () => Promise.resolve('in'))).toBe('in')
  })
})

describe('a log', () => {
  it('is kept below its size, with the part before beside it', async () => {
    const file = join(stack, 'x.log')
    await writeFile(file, 'x'.repeat(100))
    await rotate(file, 1000)
    expect((await stat(file)).size).toBe(100)
    await rotate(file, 50)
    expect((await stat(file)).size).toBe(0)
    expect(await readFile(`${file}.1`, 'utf8')).toHaveLength(100)
  })
})
