import { context, logs, metrics, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { AlwaysOffSampler, type SpanExporter } from '@opentelemetry/sdk-trace'
import { boundedProcessor } from './bounded-processor.ts'
import { instrumentations } from './instrumentations.ts'
import { compressionOf, EXPORT_TIMEOUT_MS, logProcessors, otlpMetricExporter } from './otlp.ts'
import { propagator } from './propagator.ts'
import { openProviders } from './providers.ts'
import { processResource } from './resource.ts'
import { sagaSampler } from './sampler.ts'
import { scopedLoggers, scopedMeters, scopedTracers } from './scoped-providers.ts'
import { contextAttributes } from './span-processors.ts'
import { shared } from './state.ts'

const LIMITS = { maxPending: 8_192, batchSize: 512, delayMs: 1_000, exportTimeoutMs: EXPORT_TIMEOUT_MS }

const ratioOf = (env: NodeJS.ProcessEnv): number => {
  const ratio = Number(env['SAGA_SAMPLE_RATIO'] ?? 1)
  if (!(ratio >= 0 && ratio <= 1)) throw new Error(`SAGA_SAMPLE_RATIO must be a number from 0 to 1, got ${env['SAGA_SAMPLE_RATIO']}`)
  return ratio
}

const otlpTraces = (env: NodeJS.ProcessEnv): SpanExporter | undefined =>
  env['OTEL_EXPORTER_OTLP_ENDPOINT']
    ? new OTLPTraceExporter({ compression: compressionOf(env), timeoutMillis: EXPORT_TIMEOUT_MS })
    : undefined

/**
 * Starts the SDK of this process: one pipeline for all services in it, which are told apart by their scopes. What is outside of a scope is that of the service
 * which the environment names. `exporter` is for tests. Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is recorded, but ids are still made, for logs. Throws on
 * a bad `SAGA_SAMPLE_RATIO`.
 */
export const startSdk = async (env: NodeJS.ProcessEnv = process.env, exporter = otlpTraces(env)): Promise<void> => {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return
  const exported = exporter && boundedProcessor(exporter, LIMITS)
  const ratio = exported ? ratioOf(env) : 0
  const [logging, metricExporter] = await Promise.all([logProcessors(env), otlpMetricExporter(env)])
  const { providersOf, shutdown } = openProviders({
    resource: processResource(env),
    sampler: exported ? sagaSampler(ratio) : new AlwaysOffSampler(),
    spanProcessors: exported ? [contextAttributes, exported.processor] : [contextAttributes],
    logProcessors: logging,
    metricExporter,
    droppedOf: (service) => exported?.droppedOf(service) ?? { queue_full: 0, export_failed: 0 },
  })
  shared.ratio = ratio
  shared.running = { providersOf, shutdown, dropped: () => exported?.dropped() ?? 0 }
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(propagator)
  trace.setGlobalTracerProvider(scopedTracers)
  metrics.setGlobalMeterProvider(scopedMeters)
  logs.setGlobalLoggerProvider(scopedLoggers)
  registerInstrumentations({ instrumentations: await instrumentations(logging.length > 0) })
}
