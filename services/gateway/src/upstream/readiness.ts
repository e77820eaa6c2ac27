import { NotReady, type ReadinessCheck } from '@murmuration/http'
import { suppressed } from '@murmuration/telemetry'
import { send } from './send.ts'

const everyMs = 1000
const patienceMs = 1500

/** What a service that is not ready names: `: choreography`. No more of it: this is told to anybody. */
function namesIn(body: Buffer): string {
  try {
    const { checks = {} } = JSON.parse(body.toString('utf8')) as { checks?: Record<string, unknown> }
    const wrong = Object.keys(checks).filter((name) => checks[name] !== 'ok')
    return wrong.length === 0 ? '' : `: ${wrong.join(', ')}`
  } catch {
    return ''
  }
}

async function look(url: string): Promise<void> {
  const { status, body } = await send(new URL(url), { method: 'GET', path: '/readyz', headers: {} }, patienceMs).catch((cause: unknown) => {
    throw new NotReady('does not answer', { cause })
  })
  if (status !== 200) throw new NotReady(`says ${status}${namesIn(body)}`)
}

/** Whether one of a service's instances is ready. However often it is asked, there is one look a second. @throws NotReady with what the first one said */
export function readinessOf(urls: readonly string[]): ReadinessCheck {
  let at = Number.NEGATIVE_INFINITY
  let found: Promise<void> = Promise.resolve()
  return () => {
    if (performance.now() < at + everyMs) return found
    at = performance.now()
    found = suppressed(() => Promise.any(urls.map(look))).catch((error: unknown) => {
      throw error instanceof AggregateError ? error.errors[0] : error
    })
    return found
  }
}
