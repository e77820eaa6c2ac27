import { ExportResultCode } from '@opentelemetry/core'
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { redactSpan } from './span-processors.ts'

/** Why spans were lost. */
export type DropReason = 'queue_full' | 'export_failed'
export type DropCounts = Record<DropReason, number>

type Limits = {
  /** Spans that may wait or be under way; what comes above is dropped. */
  maxPending: number
  /** Spans of one request to the collector. */
  batchSize: number
  delayMs: number
  exportTimeoutMs: number
}

/**
 * Batches spans for an exporter with a bound on everything that is held, waiting or under way, and counts what it loses.
 * It never waits for the exporter: a hung collector costs `maxPending` spans of memory and the later spans.
 */
export const boundedProcessor = (exporter: SpanExporter, limits: Limits): { processor: SpanProcessor; dropped: DropCounts } => {
  const dropped: DropCounts = { queue_full: 0, export_failed: 0 }
  let pending = 0
  const counting: SpanExporter = {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        pending -= spans.length
        if (result.code !== ExportResultCode.SUCCESS) dropped.export_failed += spans.length
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
  const batch = new BatchSpanProcessor({
    exporter: counting,
    maxQueueSize: limits.maxPending,
    maxExportBatchSize: limits.batchSize,
    scheduledDelayMillis: limits.delayMs,
    exportTimeoutMillis: limits.exportTimeoutMs,
  })
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => {
      if ((span.spanContext().traceFlags & 1) === 0) return
      if (pending >= limits.maxPending) {
        dropped.queue_full++
        return
      }
      pending++
      redactSpan(span)
      batch.onEnd(span)
    },
    forceFlush: () => batch.forceFlush(),
    shutdown: () => batch.shutdown(),
  }
  return { processor, dropped }
}
