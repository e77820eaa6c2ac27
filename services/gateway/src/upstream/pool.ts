import { setTimeout as sleep } from 'node:timers/promises'
import { problem } from '@murmuration/http'
import { BrokenCircuitError, type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import { type Answer, NoAnswer, type Outgoing, send } from './send.ts'

/** When a request without answer, or with "not now", may be sent again: always, or only when it surely had no effect. */
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
  /** Takes no connections: it is being restarted. To find out costs nothing, so no breaker has to keep anybody from it. */
  refuses: boolean
}

const pauseMs = 50
const tries = 3

const unavailable = (service: string, cause: unknown, late: boolean) =>
  problem(503, late ? 'deadline_exceeded' : 'unavailable', `The ${service} service does not answer at the moment, try again.`, {
    headers: { 'retry-after': '1' },
    cause,
  })

function instanceOf(url: string): Instance {
  // An instance that failed five times in a row is left alone for a second, then one request tries it.
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof NoAnswer && error.sent),
    { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(5) },
  )
  return { base: new URL(url), breaker, refuses: false }
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
    try {
      const answer = await instance.breaker.execute(() => send(instance.base, request, Math.max(1, Math.min(tryMs, until - Date.now()))))
      instance.refuses = false
      return answer
    } catch (error) {
      if (error instanceof NoAnswer) instance.refuses = !error.sent
      throw error
    }
  }

  return {
    healthy: () => instances.filter(({ breaker, refuses }) => !refuses && breaker.state !== CircuitState.Open).length,
    async send(request, repeat) {
      const until = Date.now() + deadlineMs
      const first = turn++
      let failed = 0
      let cause: unknown
      let notNow: Answer | undefined
      // Twice around, so that a lone instance gets a second try too.
      for (let step = 0; step < instances.length * 2; step++) {
        const instance = instances[(first + step) % instances.length]
        // Whoever refused in the first round does so in the second.
        if (!instance || (step >= instances.length && instance.refuses)) continue
        try {
          const answer = await attempt(instance, request, until)
          // Its database may be away, or it is stopping: the other one may well be able to.
          const elsewhere = answer.status === 503 && repeat === 'always' && step + 1 < instances.length
          if (!elsewhere) return answer
          notNow = answer
        } catch (error) {
          if (error instanceof BrokenCircuitError) continue
          if (!(error instanceof NoAnswer)) throw error
          cause = error
          if (!error.sent) continue
          failed++
          const again = failed < tries && repeat === 'always' && until - Date.now() > pauseMs * 2
          if (!again) break
          await sleep(pauseMs)
        }
      }
      if (notNow !== undefined) return notNow
      throw unavailable(service, cause, cause instanceof NoAnswer && cause.late)
    },
  }
}
