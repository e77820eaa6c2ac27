import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaLog } from '@murmuration/choreography/testing'
import { NotificationSent } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../src/ids.ts'
import { murmur } from './murmur.ts'

const env = Object.fromEntries(['KAFKA_BROKERS', 'TEMPO_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'].map((name) => [name, process.env[name] ?? '']))
const nowhere = new URL('./fixtures/empty-stack.json', import.meta.url).pathname
const run = async (...args: string[]) => {
  const ran = await murmur([...args, '--json'], { ...env, MURMUR_STACK: nowhere })
  return { ...ran, json: ran.stdout === '' ? undefined : (JSON.parse(ran.stdout) as unknown) }
}

// An event that no service reacts to, and whose topic other tests leave alone: on the shared broker it disturbs nobody.
const type = 'NotificationSent'

beforeAll(() =>
  kafkaLog({ brokers: (env['KAFKA_BROKERS'] ?? '').split(','), clientId: 'murmur-test' }).ensureTopics(['notification.events']),
)

describe('on a real Kafka and Tempo', () => {
  it('an injected event is read back, and injected again under the same id', async () => {
    const saga = newId()
    const first = await run('inject', type, '--saga', saga)
    expect(first.exitCode).toBe(0)
    expect(first.json).toMatchObject({
      event: type,
      topic: 'notification.events',
      sagaId: saga,
      key: saga,
      idFrom: 'new',
      partition: expect.any(Number),
      offset: expect.stringMatching(/^\d+$/),
    })

    const file = join(tmpdir(), `murmur-${saga}.json`)
    const read = await run('events', saga)
    expect(read).toMatchObject({ exitCode: 0, stderr: '' })
    writeFileSync(file, read.stdout)
    const again = await run('inject', type, '--file', file)
    const { id, partition, offset } = first.json as { id: string; partition: number; offset: string }
    expect(first.json).toMatchObject({ sameId: [], sameSaga: [] })
    expect(again.json).toMatchObject({ id, idFrom: 'file', partition, sameId: [{ topic: 'notification.events', partition, offset, id }] })

    const { json } = await run('events', saga, '--type', type)
    const [a, b, ...more] = json as { id: string; data: unknown; key: string }[]
    expect(more).toEqual([])
    expect(b?.id).toBe(a?.id)
    expect(b?.data).toEqual(a?.data)
    expect(a?.key).toBe(saga)
  })

  // fault: injected twice
  it('says so when a saga has had the event before, and gives it new ids with --fresh', async () => {
    const saga = newId(Date.now() - 1000)
    const file = join(tmpdir(), `murmur-${saga}.json`)
    writeFileSync(file, JSON.stringify({ ...exampleOf(NotificationSent), orderId: saga }))
    const { json: first } = await run('inject', type, '--file', file)
    expect(first).toMatchObject({ sagaId: saga, sameId: [], sameSaga: [] })
    const { json: second } = await run('inject', type, '--file', file)
    expect(second).toMatchObject({ sagaId: saga, sameId: [], sameSaga: [{ id: (first as { id: string }).id }] })
    const { json: fresh } = await run('inject', type, '--file', file, '--fresh')
    expect(fresh).toMatchObject({ sameId: [], sameSaga: [] })
    expect((fresh as { sagaId: string }).sagaId).not.toBe(saga)
    const told = await murmur(['inject', type, '--file', file], { ...env, MURMUR_STACK: nowhere })
    expect(told.stdout).toMatch(/! this saga has had 2 NotificationSent before \(notification.events\/\d+\/\d+\)[^]*--fresh/)
  })

  it('all events of a file are injected in their order, under the same new ids', async () => {
    const saga = newId()
    for (const template of ['order_confirmed', 'payment_refunded'])
      await run('inject', type, '--saga', saga, '--set', `template=${template}`)
    const file = join(tmpdir(), `murmur-${saga}.json`)
    writeFileSync(file, (await run('events', saga)).stdout)
    const { json, exitCode } = await run('inject', '--file', file, '--fresh')
    expect(exitCode).toBe(0)
    const [a, b, ...more] = json as { sagaId: string; id: string; sameSaga: unknown[] }[]
    expect([a?.sagaId === b?.sagaId, a?.sagaId === saga, a?.id === b?.id, more]).toEqual([true, false, false, []])
    const { json: read } = await run('events', a?.sagaId ?? '')
    expect((read as { data: { template: string } }[]).map(({ data }) => data.template)).toEqual(['order_confirmed', 'payment_refunded'])
  })

  it('raw bytes arrive as they are', async () => {
    const saga = newId()
    await run('inject', type, '--raw', '{"broken', '--saga', saga, '--no-trace')
    const { json } = await run('events', saga)
    expect(json).toMatchObject([{ data: '{"broken', headers: { ce_type: type, ce_sagaid: saga } }])
    expect(JSON.stringify(json)).not.toContain('traceparent')
  })

  it('the injection is the beginning of a trace in Tempo', async () => {
    const saga = newId()
    await run('inject', type, '--saga', saga)
    const { json, exitCode } = await run('trace', saga, '--timeout', '4')
    expect(exitCode).toBe(0)
    expect(json).toMatchObject({
      sagaId: saga,
      traces: 1,
      orphans: [],
      spans: [{ service: 'murmur', name: `inject ${type}`, kind: 'PRODUCER', parentSpanId: null, links: [] }],
    })
  })

  it('a saga without a trace ends with 1', async () => {
    const { json, exitCode } = await run('trace', newId(), '--timeout', '0')
    expect(exitCode).toBe(1)
    expect(json).toMatchObject({ traces: 0, spans: [], orphans: [] })
  })

  it('a saga without events ends with 1', async () => {
    expect((await run('events', newId(), '--type', type)).exitCode).toBe(1)
  })
})
