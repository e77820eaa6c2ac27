import { createServer, type Server } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { runChild } from './child.ts'

type Received = { path: string; type: string; encoding: string; text: string }

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
})

/** A collector on a free port: one that answers, or one that accepts and never does. */
const collector = async (answers: boolean): Promise<{ endpoint: string; received: Received[] }> => {
  const received: Received[] = []
  const made = createServer(async (request, response) => {
    if (!answers) return
    const body = Buffer.concat(await request.toArray())
    const { 'content-type': type = '', 'content-encoding': encoding = '' } = request.headers
    received.push({ path: request.url ?? '', type, encoding, text: gunzipSync(body).toString('latin1') })
    response.end()
  })
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  const address = made.address()
  return { endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, received }
}

describe('a collector that answers', () => {
  it('gets spans as gzipped protobuf, named, and nothing else unless asked for', async () => {
    const { endpoint, received } = await collector(true)
    const { result } = await runChild('report.ts', '@murmuration/telemetry/register', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    expect(result).toEqual({ flushed: true })
    expect(received.map(({ path, type, encoding }) => [path, type, encoding])).toEqual([['/v1/traces', 'application/x-protobuf', 'gzip']])
    for (const word of ['payment.process', 'saga-17', 'u-17', 'service.namespace', 'murmuration', 'service.instance.id']) {
      expect(received[0]?.text).toContain(word)
    }
  })

  it('gets logs and metrics too when these are switched on', async () => {
    const { endpoint, received } = await collector(true)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_LOGS_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp' }
    await runChild('report.ts', '@murmuration/telemetry/register', env)
    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/v1/traces', '/v1/logs', '/v1/metrics']))
    expect(received.find(({ path }) => path === '/v1/logs')?.text).toContain('paid with')
  })

  // row 16
  it('never gets a card number, token or password, and stdout does not either', async () => {
    const { endpoint, received } = await collector(true)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_LOGS_EXPORTER: 'otlp' }
    const { stdout } = await runChild('report.ts', '@murmuration/telemetry/register', env)
    expect(stdout).toContain('"saga_id":"saga-17"')
    for (const text of [stdout, ...received.map((each) => each.text)]) expect(text).not.toMatch(/4111|hunter2|abcdefghijklmnop/)
  })
})

describe('a collector that hangs', () => {
  // fault: Tempo hung
  it('costs a bounded queue and counted spans: memory stays flat, nothing waits, shutdown keeps its deadline', async () => {
    const { endpoint } = await collector(false)
    const { result } = await runChild('flood.ts', '@murmuration/telemetry/register', {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      NODE_OPTIONS: '--expose-gc',
    })
    const { queueMb, laterMb, longestMs, shutdownMs, scraped, flushed } = result as Record<string, number> & { flushed: object }
    expect(queueMb).toBeLessThan(25)
    expect(laterMb).toBeLessThan(8)
    expect(longestMs).toBeLessThan(500)
    expect(shutdownMs).toBeLessThan(1_500)
    expect(scraped).toBeGreaterThan(90_000)
    expect(flushed).toEqual({ flushed: false, dropped: scraped })
  })
})
