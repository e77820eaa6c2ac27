import { setTimeout as sleep } from 'node:timers/promises'
import { problem } from '@murmuration/http'
import { BrokenCircuitError, type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleType } from 'cockatiel'
import { type Answer, NoAnswer, type Outgoing, send } from './send.ts'

/** When a request without answer may be sent again: always, or only when it surely had no effect. */
export type Repeat = 'always' | 'unsent'

/** The instances of one service. */
export interface Pool {
  /** @throws HttpProblem 503 with Retry-After when nobody answers in time */
  send(request: Outgoing, repeat: Repeat): Promise<Answer>
  /** How many instances are not known to be down. */
  healthy(): number
}

interface Instance {
  base: URL
  breaker: CircuitBreakerPolicy
}

const pauseMs = 50
const tries = 2

const unavailable = (service: string, cause: unknown, late: boolean) =>
  problem(503, late ? 'deadline_exceeded' : 'unavailable', `The ${service} service does not answer at the moment, try again.`, {
    headers: { 'retry-after': '1' },
    cause,
  })

function instanceOf(url: string): Instance {
  // An instance that failed five times in a row is left alone for a second, then one request tries it.
  const breaker = circuitBreaker(handleType(NoAnswer), { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(5) })
  return { base: new URL(url), breaker }
}

/** How long a client waits at most, and how much of it the first try may take, so that there is time for a second one. */
export interface PoolTimes {
  deadlineMs: number
  tryMs: number
}

/** Round robin over a service's instances, each behind a breaker of its own. */
export function pool(
  service: string,
  urls: readonly string[],
  { deadlineMs, tryMs }: PoolTimes = { deadlineMs: 10_000, tryMs: 6000 },
): Pool {
  const instances = urls.map(instanceOf)
  let turn = 0

  async function attempt(instance: Instance, request: Outgoing, until: number): Promise<Answer> {
    return instance.breaker.execute(() => send(instance.base, request, Math.max(1, Math.min(tryMs, until - Date.now()))))
  }

  return {
    healthy: () => instances.filter(({ breaker }) => breaker.state !== CircuitState.Open).length,
    async send(request, repeat) {
      const until = Date.now() + deadlineMs
      const first = turn++
      let failed = 0
      let cause: unknown
      // Twice around, so that a lone instance gets its second try too.
      for (let step = 0; step < instances.length * 2; step++) {
        const instance = instances[(first + step) % instances.length]
        if (!instance) break
        try {
          return await attempt(instance, request, until)
        } catch (error) {
          if (error instanceof BrokenCircuitError) continue
          if (!(error instanceof NoAnswer)) throw error
          cause = error
          failed++
          const again = failed < tries && (repeat === 'always' || !error.sent) && until - Date.now() > pauseMs * 2
          if (!again) break
          await sleep(pauseMs)
        }
      }
      throw unavailable(service, cause, cause instanceof NoAnswer && cause.late)
    },
  }
}
