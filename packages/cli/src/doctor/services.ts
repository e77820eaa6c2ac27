import { messageOf } from '../errors.ts'
import { objectOf, textOf } from '../json.ts'
import { call, Refused, reasonOf } from '../stack/http.ts'
import { listParked } from '../stack/parking.ts'
import { logFile, type Stack } from '../stack/stack.ts'
import { bad, type Finding, ok, warn } from './check.ts'
import { metricOf } from './metrics.ts'

/** What runs in a whole stack, besides the provider simulator. */
const expected = ['gateway', 'user', 'product', 'order', 'payment', 'inventory', 'risk', 'channel', 'notification']

const MAX_OUTBOX_AGE_S = 10
const MAX_SKEW_MS = 2_000

/** Each service: ready, its outbox moving, nothing parked, its clock right. */
export async function serviceFindings(stack: Stack): Promise<readonly Finding[]> {
  const names = [...new Set([...expected, ...Object.keys(stack.services)])]
  return (await Promise.all(names.map((name) => findingsOf(stack, name, stack.services[name])))).flat()
}

async function findingsOf(stack: Stack, name: string, url: string | undefined): Promise<readonly Finding[]> {
  if (url === undefined) return [bad(name, 'not part of this stack', '`npm start -- --detach` starts all services.')]
  // The simulator stands for somebody else's service: it only has to answer.
  if (name === 'provider') return [await aliveness(stack, name, url)]
  const { answers, findings } = await readiness(stack, name, url)
  if (!answers) return findings
  const [more, skew] = await Promise.all([backlog(stack, name, url), clock(name, url)])
  return [...findings, ...more, ...skew]
}

const logOf = (stack: Stack, name: string): string => `Look into ${logFile(stack, name)}.`

async function aliveness(stack: Stack, name: string, url: string): Promise<Finding> {
  try {
    await call(`${url}/livez`, { timeoutMs: 5_000 })
    return ok(name, `${url} is ready`)
  } catch (error) {
    return error instanceof Refused ? ok(name, `${url} answers`) : bad(name, messageOf(error), `It does not run. ${logOf(stack, name)}`)
  }
}

/** What `/readyz` says: one finding for each thing that is not as it should be. What a ready service says of it, it can do without. */
async function readiness(
  stack: Stack,
  name: string,
  url: string,
): Promise<{ readonly answers: boolean; readonly findings: readonly Finding[] }> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    const said = objectOf(await response.json().catch(() => undefined))
    const wrong = Object.entries(objectOf(said['checks'])).filter(([, state]) => state !== 'ok')
    const told = wrong.map(([what, state]) => `${what} ${textOf(state) ?? 'down'}`)
    if (response.ok)
      return {
        answers: true,
        findings: [ok(name, `${url} is ready`), ...told.map((text) => warn(name, text, `It works without. ${logOf(stack, name)}`))],
      }
    const status = textOf(said['status']) ?? `/readyz answers ${response.status}`
    const reasons = told.length === 0 ? [status] : told.map((text) => `${status}: ${text}`)
    return { answers: true, findings: reasons.map((text) => bad(name, text, `It runs, but cannot work now. ${logOf(stack, name)}`)) }
  } catch (error) {
    return {
      answers: false,
      findings: [bad(name, `${url} does not answer (${reasonOf(error)})`, `It does not run. ${logOf(stack, name)}`)],
    }
  }
}

async function backlog(stack: Stack, name: string, url: string): Promise<readonly Finding[]> {
  const text = await metricsText(url)
  const age = metricOf(text, 'choreography_outbox_age')
  const refused = metricOf(text, 'choreography_outbox_refused')
  const parked = metricOf(text, 'choreography_parked_size')
  const dropped = metricOf(text, 'telemetry_spans_dropped')
  const findings: Finding[] = []
  if (refused !== undefined && refused > 0)
    findings.push(
      bad(
        `${name} outbox`,
        `the broker refuses ${refused} event${refused === 1 ? '' : 's'} as too large, and what comes after ${refused === 1 ? 'it' : 'them'} under the same key waits`,
        `Raise max.message.bytes of the topic; they go out by themselves then. The column "refused" of ${name}'s choreography.outbox names them.`,
      ),
    )
  else if (age !== undefined && age > MAX_OUTBOX_AGE_S)
    findings.push(
      bad(
        `${name} outbox`,
        `the oldest unpublished event is ${Math.round(age)} s old`,
        'Is Kafka up? The events are safe and go out when it is.',
      ),
    )
  if (parked !== undefined && parked > 0) findings.push(await parkedFinding(stack, name, parked))
  const refunds = metricOf(text, 'payment_refund_failed')
  if (refunds !== undefined && refunds > 0)
    findings.push(
      warn(
        `${name} refunds`,
        `the provider has declined ${refunds} for good: ${refunds === 1 ? 'it waits' : 'they wait'} for a person`,
        '`murmur refunds list`, then `murmur refunds retry`.',
      ),
    )
  const contradictory = metricOf(text, 'channel_webhooks', 'outcome="contradiction"')
  if (contradictory !== undefined && contradictory > 0)
    findings.push(
      warn(
        `${name} webhooks`,
        `${contradictory} signed ${contradictory === 1 ? 'one contradicts itself or' : 'ones contradict themselves or'} what is known`,
        `They moved no money. Ask the provider; if it sent none of them, change the webhooks' secret. ${logOf(stack, name)}`,
      ),
    )
  if (dropped !== undefined && dropped > 0)
    findings.push(warn(`${name} spans`, `${dropped} were dropped`, 'The trace collector is slow or was gone; traces have holes.'))
  return findings
}

async function parkedFinding(stack: Stack, name: string, parked: number): Promise<Finding> {
  const { found } = await listParked(stack, [name], { limit: 1000 }).catch(() => ({ found: [] }))
  const byReason = Map.groupBy(found, ({ reason }) => textOf(reason) ?? 'unknown')
  const reasons = [...byReason].map(([reason, those]) => `${those.length} ${reason}`).join(', ')
  return warn(
    `${name} parked`,
    `${parked} message${parked === 1 ? ' waits' : 's wait'} for an operator${reasons === '' ? '' : ` (${reasons})`}`,
    `\`murmur parked list --service ${name}\`, then \`murmur parked replay\`.`,
  )
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
