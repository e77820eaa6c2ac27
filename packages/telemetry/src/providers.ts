import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import type { Resource } from '@opentelemetry/resources'
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { AggregationType, MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { type Sampler, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { DropCounts } from './bounded-processor.ts'
import { METRIC } from './conventions.ts'
import { EXPORT_TIMEOUT_MS } from './otlp.ts'
import { registerProcessMetrics } from './process-metrics.ts'
import { serviceResource } from './resource.ts'
import type { Providers, Scope } from './state.ts'

const PUSH = { exportIntervalMillis: 10_000, exportTimeoutMillis: EXPORT_TIMEOUT_MS }
export const SPAN_LIMITS = { attributeValueLengthLimit: 4_096, eventCountLimit: 64 }
// It records the whole batch's time for every message; ours is each message's own.
const VIEWS = [
  {
    instrumentName: METRIC.processDuration,
    meterName: '@opentelemetry/instrumentation-kafkajs',
    aggregation: { type: AggregationType.DROP },
  },
]

/** What all services of a process share. */
export type Pipeline = {
  resource: Resource
  sampler: Sampler
  spanProcessors: SpanProcessor[]
  logProcessors: LogRecordProcessor[]
  metricExporter: PushMetricExporter | undefined
  droppedOf: (service: string) => DropCounts
}

/** Readers of one service's metrics: for its page, and, where the environment says so, for the collector. */
export const meterOptions = (metricExporter: PushMetricExporter | undefined) => {
  const prometheus = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true })
  // Each service's reader ends it, while others may still have something to send.
  const lasting = metricExporter && (Object.create(metricExporter, { shutdown: { value: async () => {} } }) as PushMetricExporter)
  const pushing = lasting ? [new PeriodicExportingMetricReader({ ...PUSH, exporter: lasting })] : []
  const serveMetrics: Providers['serveMetrics'] = (request, response) => prometheus.getMetricsRequestHandler(request, response)
  return { readers: [prometheus, ...pushing], views: VIEWS, serveMetrics }
}

/**
 * Providers for each service of the process, made when it first says something, over one pipeline.
 * @param whole those of what runs outside of all services: the SDK's own, which shuts the pipeline down
 */
export const openProviders = (
  { resource, sampler, spanProcessors, logProcessors, metricExporter, droppedOf }: Pipeline,
  outside: Scope,
  whole: Providers,
) => {
  const known = new Map<Scope, Providers>([[outside, whole]])
  const meterProviders: MeterProvider[] = []
  const describe = (meters: Providers['meters'], name: string) => {
    const meter = meters.getMeter('@murmuration/telemetry')
    registerProcessMetrics(meter)
    meter
      .createObservableCounter(METRIC.spansDropped, { unit: '{span}', description: 'Spans lost because the collector is slow or gone' })
      .addCallback((result) => {
        for (const [reason, count] of Object.entries(droppedOf(name))) result.observe(count, { reason })
      })
  }
  const open = ({ name }: Scope): Providers => {
    const own = serviceResource(resource, name)
    const { serveMetrics, ...options } = meterOptions(metricExporter)
    const meters = new MeterProvider({ resource: own, ...options })
    meterProviders.push(meters)
    describe(meters, name)
    return {
      tracers: new TracerProvider({ resource: own, sampler, spanProcessors, spanLimits: SPAN_LIMITS }),
      meters,
      loggers: logProcessors.length > 0 ? new LoggerProvider({ resource: own, processors: logProcessors }) : undefined,
      serveMetrics,
    }
  }
  describe(whole.meters, outside.name)

  return {
    providersOf(scope: Scope): Providers {
      let own = known.get(scope)
      if (own === undefined) {
        own = open(scope)
        known.set(scope, own)
      }
      return own
    },
    async shutdown(): Promise<void> {
      await Promise.all(meterProviders.map((meters) => meters.shutdown()))
    },
  }
}
