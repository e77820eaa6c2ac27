import { beforeAll, describe, expect, it } from 'vitest'
import { runChild } from './child.ts'

const REGISTER = '@murmuration/telemetry/register'
const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
type Row = {
  name: string
  kind: number
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: Record<string, unknown>
  links: { traceId: string; spanId: string }[]
}
const CLIENT_SPAN = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }

describe('--import @murmuration/telemetry/register', () => {
  it('patches everything that a service imports, and the self-check agrees', async () => {
    const { result } = await runChild('patched.ts', REGISTER, OTLP)
    expect(result).toEqual({ kafkajs: true, express: true, pg: true, ioredis: true, http: true })
  })

  it('is missed by the self-check when the SDK starts without the module hook', async () => {
    const { result } = await runChild('patched.ts', 'without-hook.ts', OTLP)
    expect(result).toMatchObject({ kafkajs: false, express: false })
    expect(result).toHaveProperty('problem', expect.stringMatching(/kafkajs is loaded but not patched; express is loaded but not patched/))
  })

  it('is missed by the self-check when nothing is loaded that could be patched', async () => {
    const { code, stderr } = await runChild('not-loaded.ts', REGISTER, OTLP)
    expect(code).toBe(1)
    expect(stderr).toContain('kafkajs is not loaded')
  })

  it('does not let a service start with a sampling ratio that is none', async () => {
    const { code, stderr } = await runChild('patched.ts', REGISTER, { ...OTLP, SAGA_SAMPLE_RATIO: '10%' })
    expect(code).toBe(1)
    expect(stderr).toContain('SAGA_SAMPLE_RATIO must be a number from 0 to 1, got 10%')
  })
})

const serve = async (env: Record<string, string>) => {
  const { result, stdout, stderr } = await runChild('server.ts', 'with-memory.ts', env)
  const first: { answers: string[]; metrics: string } = JSON.parse(stdout.split('\n')[0] ?? '{}')
  expect(stderr).toBe('')
  return { spans: result as Row[], ...first }
}

describe('a service that answers HTTP', () => {
  let served: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    served = await serve({})
  })

  it('continues the trace, saga and allowed baggage of its caller', () => {
    const { spans, answers } = served
    const server = spans.find(({ name, kind }) => name === 'POST /orders/:id' && kind === 1)
    expect(server).toMatchObject({ traceId: CLIENT_SPAN.traceId, parentSpanId: CLIENT_SPAN.spanId, links: [] })
    expect(server?.attributes).toMatchObject({ 'saga.id': 'sent-saga', 'user.id': 'u1' })
    expect(server?.attributes).not.toHaveProperty('role')
    expect(JSON.parse(answers[1] ?? '')).toMatchObject({ sagaId: 'sent-saga', baggage: 'user.id=u1' })
  })

  it('shows handlers and business spans, but no middleware, probe or scrape', () => {
    const { spans } = served
    const names = new Set(spans.map(({ name }) => name))
    expect(names).toEqual(new Set(['POST /orders/:id', 'GET /orders/:id', 'request handler', 'order.create', 'caller', 'GET']))
    expect(spans.filter(({ attributes }) => /livez|metrics/.test(String(attributes['url.full'] ?? attributes['url.path'])))).toEqual([])
  })

  // row 16
  it('keeps card numbers out of its spans, also out of addresses', () => {
    const { spans } = served
    expect(JSON.stringify(spans)).not.toMatch(/4111111111111111|5500-0000-0000-0004/)
  })

  it('serves the metrics of HTTP, process and telemetry without a scope on every line', () => {
    const { metrics } = served
    for (const name of ['http_server_request_duration_count', 'process_memory_usage', 'process_cpu_time_total', 'nodejs_eventloop_delay']) {
      expect(metrics).toContain(name)
    }
    expect(metrics).toContain('telemetry_spans_dropped_total{reason="queue_full"} 0')
    expect(metrics).not.toContain('otel_scope_name')
  })
})

describe('the public edge', () => {
  // row 15
  it('starts new traces linked to the client, and believes no saga id and no baggage of its', async () => {
    const { spans, answers } = await serve({ EDGE: '1' })
    const server = spans.find(({ name }) => name === 'POST /orders/:id')
    expect(server?.parentSpanId).toBeUndefined()
    expect(server?.traceId).not.toBe(CLIENT_SPAN.traceId)
    expect(server?.links).toEqual([CLIENT_SPAN])
    expect(server?.attributes['saga.id']).toBe('minted-saga')
    expect(server?.attributes).not.toHaveProperty('user.id')
    expect(JSON.parse(answers[1] ?? '')).toMatchObject({ sagaId: 'minted-saga' })
  })
})

describe('the Kafka client', () => {
  it('makes no send and no process spans of its own when it is called suppressed, and keeps our traceparent', async () => {
    const { result, stdout } = await runChild('kafka.ts', 'with-memory.ts')
    const names = (result as Row[]).map(({ name }) => name).toSorted()
    expect(names).toEqual(['outer', 'poll loud', 'poll quiet', 'process loud', 'send loud'])
    expect(stdout).toContain('{"headers":{"quiet":true,"loud":false}}')
  })
})
