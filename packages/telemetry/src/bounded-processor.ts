import { ExportResultCode } from '@opentelemetry/core'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'
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

export type Bounded = {
  processor: SpanProcessor
  /** Lost spans of a service. */
  droppedOf: (service: string) => DropCounts
  /** Of all. */
  dropped: () => number
}

/**
 * Batches spans for an exporter with a bound on everything that is held, waiting or under way, and counts what it loses.
 * It never waits for the exporter: a hung collector costs `maxPending` spans of memory and the later spans.
 */
export const boundedProcessor = (exporter: SpanExporter, limits: Limits): Bounded => {
  const byService = new Map<string, DropCounts>()
  const droppedOf = (service: string): DropCounts => {
    const counts = byService.get(service) ?? { queue_full: 0, export_failed: 0 }
    byService.set(service, counts)
    return counts
  }
  const drop = ({ resource }: ReadableSpan, reason: DropReason) => void droppedOf(String(resource.attributes['service.name']))[reason]++
  let pending = 0
  const counting: SpanExporter = {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        pending -= spans.length
        if (result.code !== ExportResultCode.SUCCESS) for (const span of spans) drop(span, 'export_failed')
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
        drop(span, 'queue_full')
        return
      }
      pending++
      redactSpan(span)
      batch.onEnd(span)
    },
    forceFlush: () => batch.forceFlush(),
    shutdown: () => batch.shutdown(),
  }
  const dropped = () => byService.values().reduce((sum, { queue_full, export_failed }) => sum + queue_full + export_failed, 0)
  return { processor, droppedOf, dropped }
}
