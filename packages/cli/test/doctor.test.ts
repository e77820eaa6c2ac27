import { afterEach, describe, expect, it } from 'vitest'
import { type FakeStack, fakeStack, type Route } from './fake-stack.ts'
import { murmur } from './murmur.ts'

interface Finding {
  readonly name: string
  readonly status: string
  readonly detail: string
  readonly advice?: string
}

let stack: FakeStack
afterEach(() => stack.close())

const metrics =
  (text: string): Route =>
  (_asked, res) => {
    res.end(text)
    return undefined
  }

/** What `murmur doctor` says about the order service, or another one. */
const findingsOn = async (routes: Record<string, Route>, service = 'order'): Promise<Finding[]> => {
  stack = await fakeStack({ 'GET /order/livez': () => [200, {}], ...routes })
  const { stdout } = await murmur(['doctor', '--json', '--stack', stack.file])
  return (JSON.parse(stdout) as { findings: Finding[] }).findings.filter(({ name }) => name.split(' ')[0] === service)
}

const ready: Route = () => [200, { status: 'ready', checks: { choreography: 'ok' } }]

describe('doctor', () => {
  it('has nothing to say of a service that is well', async () => {
    expect(await findingsOn({ 'GET /order/readyz': ready })).toMatchObject([{ name: 'order', status: 'ok' }])
  })

  it('says why a service is not ready, each reason for itself, and looks at its backlog all the same', async () => {
    const why = 'a message can be neither handled nor parked, and all others wait: invalid byte sequence'
    const found = await findingsOn({
      'GET /order/readyz': () => [503, { status: 'not_ready', checks: { choreography: `down: ${why}`, mail: 'down', clock: 'ok' } }],
      'GET /order/metrics': metrics('choreography_outbox_age_seconds 99'),
    })
    expect(found.map(({ name, status, detail }) => [name, status, detail])).toEqual([
      ['order', 'bad', `not_ready: choreography down: ${why}`],
      ['order', 'bad', 'not_ready: mail down'],
      ['order outbox', 'bad', 'the oldest unpublished event is 99 s old'],
    ])
  })

  it('warns of what a ready service can do without', async () => {
    const found = await findingsOn(
      { 'GET /readyz': () => [200, { status: 'ready', checks: { services: 'ok', redis: 'down' } }] },
      'gateway',
    )
    expect(found.map(({ status, detail }) => [status, detail])).toEqual([
      ['ok', expect.stringContaining('is ready')],
      ['warn', 'redis down'],
    ])
  })

  it('says of a service that does not answer that it does not run', async () => {
    const [found] = await findingsOn({ 'GET /order/readyz': (_asked, res) => void res.destroy() })
    expect(found).toMatchObject({ status: 'bad', advice: 'It does not run. Look into .local/logs/flock.log.' })
  })

  it('names events that the broker refuses, instead of asking whether Kafka is up', async () => {
    const found = await findingsOn({
      'GET /order/readyz': ready,
      'GET /order/metrics': metrics('choreography_outbox_age_seconds 99\nchoreography_outbox_refused 1'),
    })
    expect(found.map(({ name, detail }) => [name, detail])).toEqual([
      ['order', expect.stringContaining('is ready')],
      ['order outbox', 'the broker refuses 1 event as too large, and what comes after it under the same key waits'],
    ])
  })

  it('says what is parked for which reasons', async () => {
    const parked = (reason: string) => ({ id: reason, reason, parkedAt: '2026-11-01T00:00:00Z' })
    const found = await findingsOn({
      'GET /order/readyz': ready,
      'GET /order/metrics': metrics('choreography_parked_size 3'),
      'GET /order/ops/parked': () => [200, { items: [parked('malformed'), parked('removed'), parked('malformed')] }],
    })
    expect(found[1]).toMatchObject({ status: 'warn', detail: '3 messages wait for an operator (2 malformed, 1 removed)' })
  })
})
