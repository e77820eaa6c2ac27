import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the started SDK gives to the helpers, which must not import the SDK. */
export type TelemetryState = {
  /** Writes the metrics in Prometheus' text format. */
  serveMetrics: (request: IncomingMessage, response: ServerResponse) => void
  /** Flushes and stops. May take as long as the exporters' time-outs. */
  shutdown: () => Promise<void>
  /** Spans lost so far. */
  dropped: () => number
}

/** How a process at the public edge names the saga that a request starts or asks about. */
export type SagaOfRequest = (request: IncomingMessage) => string | undefined

type Shared = {
  running?: TelemetryState
  edge?: { sagaOf: SagaOfRequest }
  /** Share of the sagas that are sampled, 0 where nothing is exported; undefined without an SDK. */
  ratio?: number
}

// On globalThis, as `--import` and the service may load this module twice (from source, or bundled separately).
const KEY = Symbol.for('@murmuration/telemetry')
const holder = globalThis as { [KEY]?: Shared }

/** The process-wide state; empty when no SDK was started. */
export const shared: Shared = (holder[KEY] ??= {})
