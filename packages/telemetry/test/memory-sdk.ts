import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { propagator } from '../src/propagator.ts'
import { sagaSampler } from '../src/sampler.ts'
import { contextAttributes } from '../src/span-processors.ts'

/** Starts an SDK that keeps its spans in memory, in this process. `stop` takes it out of the global API again. */
export const startMemorySdk = (ratio = 1) => {
  const exporter = new InMemorySpanExporter()
  const sdk = new NodeSDK({
    autoDetectResources: false,
    sampler: sagaSampler(ratio),
    spanProcessors: [contextAttributes, new SimpleSpanProcessor({ exporter })],
    metricReaders: [],
    logRecordProcessors: [],
    textMapPropagator: propagator,
  })
  sdk.start()
  return {
    spans: () => exporter.getFinishedSpans(),
    reset: () => exporter.reset(),
    stop: async () => {
      await sdk.shutdown()
      for (const api of [trace, context, propagation, metrics]) api.disable()
    },
  }
}
