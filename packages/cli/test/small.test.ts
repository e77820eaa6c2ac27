import { describe, expect, it } from 'vitest'
import { inOrder, type PrintedEvent, printed } from '../src/commands/events.ts'
import { metricOf } from '../src/doctor/metrics.ts'
import { newId, timeOfId } from '../src/ids.ts'
import { expiryOf } from '../src/stack/session.ts'
import { eventsIn } from '../src/stack/sse.ts'
import { readStack } from '../src/stack/stack.ts'

describe('ids', () => {
  it('are UUIDs of version 7 that tell when they were made', () => {
    const id = newId(1_795_257_800_622)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(timeOfId(id)).toBe(1_795_257_800_622)
  })
  it('of other versions tell nothing', () => {
    expect(timeOfId('6f1d2c3b-1111-4abc-8def-001122334455')).toBeUndefined()
    expect(timeOfId('KB-87')).toBeUndefined()
  })
})

describe('the order of events', () => {
  const event = (id: string, ms: number, cause?: string): PrintedEvent => ({
    type: id,
    id,
    topic: 't',
    partition: 0,
    offset: '0',
    key: null,
    writtenAt: new Date(ms).toISOString(),
    headers: cause === undefined ? {} : { ce_causationid: cause },
    data: {},
  })
  it('is that of their writing, but no event comes before its cause', () => {
    const found = inOrder([event('c', 5, 'b'), event('b', 9, 'a'), event('a', 1), event('d', 7)])
    expect(found.map(({ id }) => id)).toEqual(['a', 'd', 'b', 'c'])
  })
  it('survives causes that are not there, and circles', () => {
    expect(inOrder([event('a', 1, 'gone'), event('b', 2, 'c'), event('c', 3, 'b')]).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
})

describe('an event', () => {
  const stored = { topic: 't', partition: 0, offset: '7', key: null, headers: { ce_type: 'Tested' }, body: '{}' }
  it('is printed with the time of its writing, or with what its producer takes for one', () => {
    expect(printed({ ...stored, timestamp: 0 }).writtenAt).toBe('1970-01-01T00:00:00.000Z')
    expect(printed({ ...stored, timestamp: 1_764_500_000_000_000_000 }).writtenAt).toBe('1764500000000000000 ms')
  })
})

describe('server-sent events', () => {
  it('are put together from any pieces; heartbeats are left out', async () => {
    async function* pieces() {
      for (const piece of [': hi\n\nevent: or', 'der\ndata: {"status":"pend', 'ing"}\r\n\r\ndata: text\n\n', 'event: half\ndata: 1'])
        yield await Promise.resolve(piece)
    }
    const found = await Array.fromAsync(eventsIn(pieces()))
    expect(found).toEqual([
      { event: 'order', data: { status: 'pending' } },
      { event: 'message', data: 'text' },
    ])
  })
})

describe('metrics', () => {
  const text =
    '# HELP x\nchoreography_outbox_age_seconds{a="b c"} 12.5 1795257800622\nchoreography_parked_size{s="1"} 2\nchoreography_parked_size{s="2"} 3\nchoreography_parked_total 9\nchannel_webhooks_total{outcome="settled"} 7\nchannel_webhooks_total{outcome="contradiction"} 1\n'
  it('are found with or without their unit, summed over their series', () => {
    expect(metricOf(text, 'choreography_outbox_age')).toBe(12.5)
    expect(metricOf(text, 'choreography_parked_size')).toBe(5)
    expect(metricOf(text, 'choreography_effects_size')).toBeUndefined()
    expect(metricOf(text, 'channel_webhooks', 'outcome="contradiction"')).toBe(1)
  })
})

describe('tokens', () => {
  it('tell when they end; rubbish has ended', () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_800_000_000 })).toString('base64url')
    expect(expiryOf(`x.${payload}.y`)).toBe(1_800_000_000_000)
    expect(expiryOf('rubbish')).toBe(0)
  })
})

describe('the stack', () => {
  it('is told by the environment where it says something', () => {
    const stack = readStack(undefined, {
      KAFKA_BROKERS: 'a:1, b:2',
      ORDER_URL: 'http://o:81/,http://o:82',
      ADMIN_EMAIL: 'a@b',
      ADMIN_PASSWORD: 'p',
      TEMPO_URL: 'http://t',
    })
    expect(stack).toMatchObject({
      brokers: ['a:1', 'b:2'],
      services: { order: 'http://o:81' },
      admin: { email: 'a@b', password: 'p' },
      tempo: 'http://t',
    })
  })
  it.each([{ GATEWAY_URL: 'http://127.0.0.1:10080' }, { TEMPO_URL: 'http://127.0.0.1:6000' }])(
    'is refused where fetch would never connect, naming what: %j',
    (env) => {
      expect(() => readStack(undefined, env)).toThrow(/^(gateway|Tempo) at http:\S+: expected a port that fetch connects to/)
    },
  )
  it('must exist where a file is named', () => {
    expect(() => readStack('no/such.json', {})).toThrow('there is no no/such.json')
  })
})
