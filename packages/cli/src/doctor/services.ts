import { messageOf } from '../errors.ts'
import { call, Refused } from '../stack/http.ts'
import type { Stack } from '../stack/stack.ts'
import { bad, type Finding, ok, warn } from './check.ts'
import { metricOf } from './metrics.ts'

/** What runs in a whole stack, besides the provider simulator. */
const expected = ['gateway', 'user', 'product', 'order', 'payment', 'inventory', 'risk', 'channel', 'notification']

const MAX_OUTBOX_AGE_S = 10
const MAX_SKEW_MS = 2_000

/** Each service: ready, its outbox moving, nothing parked, its clock right. */
export async function serviceFindings(stack: Stack): Promise<readonly Finding[]> {
  const names = [...new Set([...expected, ...Object.keys(stack.services)])]
  return (await Promise.all(names.map((name) => findingsOf(name, stack.services[name])))).flat()
}

async function findingsOf(name: string, url: string | undefined): Promise<readonly Finding[]> {
  if (url === undefined) return [bad(name, 'not part of this stack', '`npm start -- --detach` starts all services.')]
  // The simulator stands for somebody else's service: it only has to answer.
  if (name === 'provider') return [await readiness(name, url, '/livez')]
  const ready = await readiness(name, url, '/readyz')
  if (ready.status === 'bad') return [ready]
  const [more, skew] = await Promise.all([backlog(name, url), clock(name, url)])
  return [ready, ...more, ...skew]
}

async function readiness(name: string, url: string, path: string): Promise<Finding> {
  const log = `Look into .local/logs/${name}.log.`
  try {
    await call(`${url}${path}`, { timeoutMs: 5_000 })
    return ok(name, `${url} is ready`)
  } catch (error) {
    if (error instanceof Refused && name === 'provider') return ok(name, `${url} answers`)
    return bad(name, messageOf(error), error instanceof Refused ? `It runs, but cannot work yet. ${log}` : `It does not run. ${log}`)
  }
}

async function backlog(name: string, url: string): Promise<readonly Finding[]> {
  const text = await metricsText(url)
  const age = metricOf(text, 'choreography_outbox_age')
  const parked = metricOf(text, 'choreography_parked_size')
  const dropped = metricOf(text, 'telemetry_spans_dropped')
  const findings: Finding[] = []
  if (age !== undefined && age > MAX_OUTBOX_AGE_S)
    findings.push(
      bad(
        `${name} outbox`,
        `the oldest unpublished event is ${Math.round(age)} s old`,
        'Is Kafka up? The events are safe and go out when it is.',
      ),
    )
  if (parked !== undefined && parked > 0)
    findings.push(
      warn(
        `${name} parked`,
        `${parked} message${parked === 1 ? ' waits' : 's wait'} for an operator`,
        `\`murmur parked list --service ${name}\`, then \`murmur parked replay\`.`,
      ),
    )
  if (dropped !== undefined && dropped > 0)
    findings.push(warn(`${name} spans`, `${dropped} were dropped`, 'The trace collector is slow or was gone; traces have holes.'))
  return findings
}

async function metricsText(url: string): Promise<string> {
  try {
    return await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text()
  } catch {
    return ''
  }
}

/** By the Date header, which has whole seconds. */
async function clock(name: string, url: string): Promise<readonly Finding[]> {
  try {
    const before = Date.now()
    const response = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(5_000) })
    await response.arrayBuffer()
    const told = Date.parse(response.headers.get('date') ?? '')
    const skewMs = told < before - 1_000 ? told - before : told > Date.now() ? told - Date.now() : 0
    return Math.abs(skewMs) > MAX_SKEW_MS
      ? [
          warn(
            `${name} clock`,
            `${(skewMs / 1000).toFixed(1)} s off`,
            'Deadlines go by the database’s clock, but times in events are wrong: set the clock (NTP).',
          ),
        ]
      : []
  } catch {
    return []
  }
}
