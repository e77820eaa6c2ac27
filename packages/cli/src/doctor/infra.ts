import { connect } from 'node:net'
import { messageOf } from '../errors.ts'
import { withAdmin } from '../kafka/client.ts'
import { call, Refused } from '../stack/http.ts'
import type { Stack } from '../stack/stack.ts'
import { bad, type Finding, ok, warn } from './check.ts'

const start = '`npm start -- --detach` starts it; its log is in .local/logs.'

/** Each part of the infrastructure: does it answer at its address? */
export const infraFindings = (stack: Stack): Promise<readonly Finding[]> =>
  Promise.all([
    kafka(stack),
    postgres(stack.postgres),
    redis(stack.redis),
    tempo(stack.tempo),
    collector(stack.otlp),
    prometheus(stack.prometheus),
  ])

const unknown = (name: string, variable: string): Finding =>
  bad(name, 'its address is not known', `Start a stack with \`npm start -- --detach\`, or set ${variable}.`)

async function kafka(stack: Stack): Promise<Finding> {
  if (stack.brokers === undefined) return unknown('kafka', 'KAFKA_BROKERS')
  try {
    const { brokers, topics } = await withAdmin(stack, async (admin) => ({
      brokers: (await admin.describeCluster()).brokers.length,
      topics: await admin.listTopics(),
    }))
    const own = topics.filter((topic) => topic.endsWith('.events')).length
    const detail = `${stack.brokers.join(',')}, ${brokers} broker${brokers === 1 ? '' : 's'}, ${own} event topics`
    return own === 0 ? warn('kafka', detail, 'No service has made its topic yet: start the services.') : ok('kafka', detail)
  } catch (error) {
    return bad('kafka', messageOf(error), start)
  }
}

// The first bytes of PostgreSQL's protocol: may we use TLS? Any answer shows a live server, and no login is needed.
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

async function postgres(url: string | undefined): Promise<Finding> {
  if (url === undefined) return unknown('postgres', 'POSTGRES_URL')
  const answer = await talk(url, 5432, sslRequest)
  return answer !== undefined && /^[SN]/.test(answer)
    ? ok('postgres', hostOf(url))
    : bad('postgres', `${hostOf(url)} does not answer`, start)
}

async function redis(url: string | undefined): Promise<Finding> {
  if (url === undefined) return unknown('redis', 'REDIS_URL')
  const answer = await talk(url, 6379, Buffer.from('PING\r\n'))
  // With a password it refuses, and is alive.
  const alive = answer !== undefined && /^(\+PONG|-NOAUTH)/.test(answer)
  return alive
    ? ok('redis', hostOf(url))
    : warn('redis', `${hostOf(url)} does not answer`, `Everything goes on, slower, without caches. ${start}`)
}

async function tempo(url: string | undefined): Promise<Finding> {
  if (url === undefined) return unknown('tempo', 'TEMPO_URL')
  try {
    const now = Math.floor(Date.now() / 1000)
    await call(
      `${url}/api/search?${new URLSearchParams({ q: '{ span.saga.id = "none" }', limit: '1', start: String(now - 60), end: String(now) })}`,
      { timeoutMs: 5_000 },
    )
    return ok('tempo', `${url}, search answers`)
  } catch (error) {
    const waking = error instanceof Refused
    return warn(
      'tempo',
      messageOf(error),
      waking ? 'It needs up to half a minute after its start.' : `Sagas go on without it, but leave no trace. ${start}`,
    )
  }
}

async function collector(url: string | undefined): Promise<Finding> {
  if (url === undefined)
    return warn('trace collector', 'its address is not known', 'Set OTEL_EXPORTER_OTLP_ENDPOINT, or nothing is traced.')
  const answer = await talk(url, 4318, Buffer.from(`GET / HTTP/1.1\r\nhost: ${new URL(url).host}\r\nconnection: close\r\n\r\n`))
  return answer?.startsWith('HTTP/') === true
    ? ok('trace collector', url)
    : warn('trace collector', `${url} does not answer`, `Spans are dropped and counted. ${start}`)
}

async function prometheus(url: string | undefined): Promise<Finding> {
  if (url === undefined) return ok('prometheus', 'not part of this stack (it is optional)')
  try {
    await call(`${url}/-/ready`, { timeoutMs: 5_000 })
    return ok('prometheus', url)
  } catch (error) {
    return warn('prometheus', messageOf(error), `It is optional. ${start}`)
  }
}

const hostOf = (url: string): string => new URL(url).host

/** Opens a connection, says something, and resolves to the beginning of the answer; undefined when there is none within 3 s. */
function talk(url: string, defaultPort: number, hello: Buffer): Promise<string | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: port === '' ? defaultPort : Number(port), timeout: 3_000 })
    const end = (answer: string | undefined) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => socket.write(hello))
    socket.on('data', (data) => end(data.toString('latin1')))
    socket.on('timeout', () => end(undefined))
    socket.on('error', () => end(undefined))
    socket.on('close', () => end(undefined))
  })
}
