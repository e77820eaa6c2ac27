import { UndiciInstrumentation, type UndiciInstrumentationConfig } from '@opentelemetry/instrumentation-undici'
import { currentScope, inScope } from './scope.ts'
import type { Scope } from './state.ts'

type Record = (attributes: object, startTime: unknown) => void

/**
 * The instrumentation of `fetch`. All services of a process share its connections, so the end of a request comes in the scope of whoever opened the connection:
 * the measurement is put back where the request was made.
 */
export function undiciInstrumentation(config: UndiciInstrumentationConfig): UndiciInstrumentation {
  const instrumentation = new UndiciInstrumentation(config)
  const parts = instrumentation as unknown as { _recordFromReq: WeakMap<object, { attributes: object }>; recordRequestDuration: Record }
  const makers = new WeakMap<object, Scope>()
  const { _recordFromReq: records, recordRequestDuration: record } = parts
  const { set } = records
  records.set = (request, made) => {
    makers.set(made.attributes, currentScope())
    return set.call(records, request, made)
  }
  parts.recordRequestDuration = (attributes, startTime) =>
    inScope(makers.get(attributes) ?? currentScope(), () => record.call(instrumentation, attributes, startTime))
  return instrumentation
}
