import type { EffectCall } from '@murmuration/choreography'
import { type PaymentMethod, Transient } from '@murmuration/contracts'
import { inSpan } from '@murmuration/telemetry'
import { BrokenCircuitError, bulkhead, ConsecutiveBreaker, circuitBreaker, handleAll, type IPolicy, wrap } from 'cockatiel'
import type { CaptureRequest } from '../domain/capture.ts'
import type { RefundRequest } from '../domain/refund.ts'
import type { Outcome } from '../domain/settlement.ts'
import { channelLatency } from '../metrics.ts'
import { type Adapter, adapters, type Call } from './adapters.ts'
import { type Endpoint, exchange } from './exchange.ts'
import { resolve } from './resolve.ts'

const TIMEOUT_MS = 3_000
const FAILURES_TO_OPEN = 10
const HALF_OPEN_AFTER_MS = 1_000
/** More at once only wait for each other: then the patience of all runs out together. The rest waits before its clock starts. */
const MAX_AT_ONCE = 64

interface Family {
  readonly adapter: Adapter
  readonly guard: IPolicy
}

/** The effects of `effects.ts` over a provider's HTTP API. */
export interface Psp {
  capture(request: CaptureRequest, call: EffectCall): Promise<Outcome>
  refund(request: RefundRequest, call: EffectCall): Promise<Outcome>
}

/** @param url the provider's base URL */
export function pspClient(url: string, { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {}): Psp {
  const endpoint: Endpoint = { url, timeoutMs }
  const byMethod = new Map<PaymentMethod, Family>()
  for (const adapter of adapters) {
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) })
    const guard = wrap(bulkhead(MAX_AT_ONCE, Number.POSITIVE_INFINITY), breaker)
    for (const method of adapter.methods) byMethod.set(method, { adapter, guard })
  }
  const familyOf = (method: PaymentMethod): Family => {
    const family = byMethod.get(method)
    if (family === undefined) throw new Error(`no adapter for ${method}`)
    return family
  }
  const perform = (name: string, method: PaymentMethod, order: Call, { key, attempt, signal }: EffectCall) =>
    inSpan(
      name,
      async (span) => {
        const { adapter, guard } = familyOf(method)
        const began = performance.now()
        let outcome: Outcome['outcome'] | 'unknown' = 'unknown'
        try {
          const resolved = await resolve((what) => guard.execute(() => exchange(endpoint, what)), { ...order, key, attempt, signal })
          outcome = resolved.outcome
          return resolved
        } catch (error) {
          if (error instanceof BrokenCircuitError) throw new Transient(`the breaker of ${adapter.family} is open`, { cause: error })
          throw error
        } finally {
          span.setAttribute('payment.outcome', outcome)
          channelLatency.record((performance.now() - began) / 1000, { method, outcome })
        }
      },
      { 'payment.method': method, 'murmuration.attempt': attempt },
    )

  return {
    capture: (request, call) => perform('channel.pay', request.method, familyOf(request.method).adapter.charge(request), call),
    refund: (request, call) => perform('channel.refund', request.method, familyOf(request.method).adapter.refund(request), call),
  }
}
