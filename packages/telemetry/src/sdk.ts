import { metrics } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { envDetector } from '@opentelemetry/resources'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { AggregationType, type IMetricReader } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { AlwaysOffSampler, type SpanExporter } from '@opentelemetry/sdk-trace'
import { boundedProcessor, type DropCounts } from './bounded-processor.ts'
import { METRIC } from './conventions.ts'
import { instrumentations } from './instrumentations.ts'
import { registerProcessMetrics } from './process-metrics.ts'
import { propagator } from './propagator.ts'
import { serviceResource } from './resource.ts'
import { sagaSampler } from './sampler.ts'
import { contextAttributes } from './span-processors.ts'
import { shared } from './state.ts'

const EXPORT_TIMEOUT_MS = 5_000
const LIMITS = { maxPending: 8_192, batchSize: 512, delayMs: 1_000, exportTimeoutMs: EXPORT_TIMEOUT_MS }

const compressionOf = (env: NodeJS.ProcessEnv): CompressionAlgorithm =>
  env['OTEL_EXPORTER_OTLP_COMPRESSION'] === 'none' ? CompressionAlgorithm.NONE : CompressionAlgorithm.GZIP

const ratioOf = (env: NodeJS.ProcessEnv): number => {
  const ratio = Number(env['SAGA_SAMPLE_RATIO'] ?? 1)
  if (!(ratio >= 0 && ratio <= 1)) throw new Error(`SAGA_SAMPLE_RATIO must be a number from 0 to 1, got ${env['SAGA_SAMPLE_RATIO']}`)
  return ratio
}

const logProcessors = async (env: NodeJS.ProcessEnv): Promise<LogRecordProcessor[]> => {
  if (env['OTEL_LOGS_EXPORTER'] !== 'otlp') return []
  const [{ BatchLogRecordProcessor }, { OTLPLogExporter }] = await Promise.all([
    import('@opentelemetry/sdk-logs'),
    import('@opentelemetry/exporter-logs-otlp-proto'),
  ])
  const exporter = new OTLPLogExporter({ compression: compressionOf(env), timeoutMillis: EXPORT_TIMEOUT_MS })
  return [new BatchLogRecordProcessor({ exporter, maxQueueSize: 4_096, scheduledDelayMillis: 1_000 })]
}

const otlpMetricReaders = async (env: NodeJS.ProcessEnv): Promise<IMetricReader[]> => {
  if (env['OTEL_METRICS_EXPORTER'] !== 'otlp') return []
  const [{ PeriodicExportingMetricReader }, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/exporter-metrics-otlp-proto'),
  ])
  const exporter = new OTLPMetricExporter({ compression: compressionOf(env), timeoutMillis: EXPORT_TIMEOUT_MS })
  return [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 10_000, exportTimeoutMillis: EXPORT_TIMEOUT_MS })]
}

const otlpTraces = (env: NodeJS.ProcessEnv): SpanExporter | undefined =>
  env['OTEL_EXPORTER_OTLP_ENDPOINT']
    ? new OTLPTraceExporter({ compression: compressionOf(env), timeoutMillis: EXPORT_TIMEOUT_MS })
    : undefined

const registerDropMetric = (dropped: DropCounts): void => {
  const counter = metrics.getMeter('@murmuration/telemetry').createObservableCounter(METRIC.spansDropped, {
    unit: '{span}',
    description: 'Spans lost because the collector is slow or gone',
  })
  counter.addCallback((result) => {
    for (const [reason, count] of Object.entries(dropped)) result.observe(count, { reason })
  })
}

/**
 * Starts the SDK for the service that the environment names. `exporter` is for tests. Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is recorded, but ids are
 * still made, for logs. Throws on a bad `SAGA_SAMPLE_RATIO`.
 */
export const startSdk = async (env: NodeJS.ProcessEnv = process.env, exporter = otlpTraces(env)): Promise<void> => {
  const prometheus = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true })
  const exported = exporter && boundedProcessor(exporter, LIMITS)
  const ratio = exported ? ratioOf(env) : 0
  const logs = await logProcessors(env)
  const sdk = new NodeSDK({
    serviceName: env['SERVICE_NAME'] ?? 'unknown',
    resource: serviceResource(env),
    resourceDetectors: [envDetector],
    sampler: exported ? sagaSampler(ratio) : new AlwaysOffSampler(),
    spanProcessors: exported ? [contextAttributes, exported.processor] : [contextAttributes],
    spanLimits: { attributeValueLengthLimit: 4_096, eventCountLimit: 64 },
    metricReaders: [prometheus, ...(await otlpMetricReaders(env))],
    // It records the whole batch's time for every message; ours is each message's own.
    views: [
      {
        instrumentName: METRIC.processDuration,
        meterName: '@opentelemetry/instrumentation-kafkajs',
        aggregation: { type: AggregationType.DROP },
      },
    ],
    logRecordProcessors: logs,
    textMapPropagator: propagator,
    instrumentations: await instrumentations(logs.length > 0),
  })
  sdk.start()
  registerProcessMetrics()
  const dropped = exported?.dropped ?? { queue_full: 0, export_failed: 0 }
  registerDropMetric(dropped)
  shared.ratio = ratio
  shared.running = {
    serveMetrics: (request, response) => prometheus.getMetricsRequestHandler(request, response),
    shutdown: () => sdk.shutdown(),
    dropped: () => dropped.queue_full + dropped.export_failed,
  }
}
