import { logs, metrics, type ProxyTracerProvider, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { AlwaysOffSampler, type SpanExporter } from '@opentelemetry/sdk-trace'
import { boundedProcessor } from './bounded-processor.ts'
import { instrumentations } from './instrumentations.ts'
import { compressionOf, EXPORT_TIMEOUT_MS, logProcessors, otlpMetricExporter } from './otlp.ts'
import { propagator } from './propagator.ts'
import { meterOptions, openProviders, SPAN_LIMITS } from './providers.ts'
import { processResource, serviceResource } from './resource.ts'
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
  const pipeline = {
    resource: processResource(env),
    sampler: exported ? sagaSampler(ratio) : new AlwaysOffSampler(),
    spanProcessors: exported ? [contextAttributes, exported.processor] : [contextAttributes],
    logProcessors: logging,
    metricExporter,
    droppedOf: (service: string) => exported?.droppedOf(service) ?? { queue_full: 0, export_failed: 0 },
  }
  const { readers, views, serveMetrics } = meterOptions(metricExporter)
  const sdk = new NodeSDK({
    resource: serviceResource(pipeline.resource, shared.whole.name),
    autoDetectResources: false,
    sampler: pipeline.sampler,
    spanProcessors: pipeline.spanProcessors,
    spanLimits: SPAN_LIMITS,
    metricReaders: readers,
    views,
    logRecordProcessors: logging,
    textMapPropagator: propagator,
    instrumentations: [],
  })
  sdk.start()
  // What runs outside of all services goes where the SDK has it go; the services' own providers stand over the same pipeline.
  const tracers = trace.getTracerProvider() as ProxyTracerProvider
  const whole = {
    tracers: tracers.getDelegate(),
    meters: metrics.getMeterProvider(),
    loggers: logging.length > 0 ? logs.getLoggerProvider() : undefined,
    serveMetrics,
  }
  const { providersOf, shutdown } = openProviders(pipeline, shared.whole, whole)
  shared.ratio = ratio
  shared.running = {
    providersOf,
    shutdown: async () => {
      await Promise.all([sdk.shutdown(), shutdown()])
      await metricExporter?.shutdown()
    },
    dropped: () => exported?.dropped() ?? 0,
  }
  // Tracers that were asked for before the start follow, too.
  tracers.setDelegate(scopedTracers)
  for (const api of [metrics, logs]) api.disable()
  metrics.setGlobalMeterProvider(scopedMeters)
  logs.setGlobalLoggerProvider(scopedLoggers)
  registerInstrumentations({ instrumentations: await instrumentations(logging.length > 0) })
}
