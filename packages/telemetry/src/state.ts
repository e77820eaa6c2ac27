import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LoggerProvider, MeterProvider, TracerProvider } from '@opentelemetry/api'

/** Where the spans, metrics and log records of one service go. */
export type Providers = {
  tracers: TracerProvider
  meters: MeterProvider
  /** Absent where logs go to stdout alone. */
  loggers: LoggerProvider | undefined
  /** Writes the service's metrics in Prometheus' text format. */
  serveMetrics: (request: IncomingMessage, response: ServerResponse) => void
}

/** What the started SDK gives to the helpers, which must not import the SDK. */
export type TelemetryState = {
  providersOf: (scope: Scope) => Providers
  /** Flushes and stops. May take as long as the exporters' time-outs. */
  shutdown: () => Promise<void>
  /** Spans lost so far. */
  dropped: () => number
}

/** How a process at the public edge names the saga that a request starts or asks about. */
export type SagaOfRequest = (request: IncomingMessage) => string | undefined

/** A service of this process, as its telemetry sees it. */
export type Scope = {
  /** `service.name`. */
  readonly name: string
  edge?: { sagaOf: SagaOfRequest }
}

type Shared = {
  running?: TelemetryState
  /** Share of the sagas that are sampled, 0 where nothing is exported; undefined without an SDK. */
  ratio?: number
  readonly scopes: AsyncLocalStorage<Scope>
  /** Of what runs outside of all services. */
  readonly whole: Scope
}

// On globalThis, as `--import` and the service may load this module twice (from source, or bundled separately).
const KEY = Symbol.for('@murmuration/telemetry')
const holder = globalThis as { [KEY]?: Shared }

/** The process-wide state; no SDK runs in it until one is started. */
export const shared: Shared = (holder[KEY] ??= {
  scopes: new AsyncLocalStorage(),
  whole: { name: process.env['SERVICE_NAME'] ?? 'unknown' },
})
