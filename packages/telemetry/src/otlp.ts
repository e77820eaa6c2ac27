import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'

export const EXPORT_TIMEOUT_MS = 5_000

export const compressionOf = (env: NodeJS.ProcessEnv): CompressionAlgorithm =>
  env['OTEL_EXPORTER_OTLP_COMPRESSION'] === 'none' ? CompressionAlgorithm.NONE : CompressionAlgorithm.GZIP

/** None, unless the environment says that logs go to the collector, too. */
export const logProcessors = async (env: NodeJS.ProcessEnv): Promise<LogRecordProcessor[]> => {
  if (env['OTEL_LOGS_EXPORTER'] !== 'otlp') return []
  const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-proto')
  const exporter = new OTLPLogExporter({ compression: compressionOf(env), timeoutMillis: EXPORT_TIMEOUT_MS })
  return [new BatchLogRecordProcessor({ exporter, maxQueueSize: 4_096, scheduledDelayMillis: 1_000 })]
}

export const otlpMetricExporter = async (env: NodeJS.ProcessEnv): Promise<PushMetricExporter | undefined> => {
  if (env['OTEL_METRICS_EXPORTER'] !== 'otlp') return undefined
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto')
  return new OTLPMetricExporter({ compression: compressionOf(env), timeoutMillis: EXPORT_TIMEOUT_MS })
}
