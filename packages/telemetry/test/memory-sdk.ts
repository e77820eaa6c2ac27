import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { propagator } from '../src/propagator.ts'
import { sagaSampler } from '../src/sampler.ts'
import { contextAttributes } from '../src/span-processors.ts'

/** Starts an SDK that keeps its spans in memory, in this process. `stop` takes it out of the global API again. */
export const startMemorySdk = (ratio = 1) => {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({
    sampler: sagaSampler(ratio),
    spanProcessors: [contextAttributes, new SimpleSpanProcessor({ exporter })],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(propagator)
  trace.setGlobalTracerProvider(provider)
  return {
    spans: () => exporter.getFinishedSpans(),
    reset: () => exporter.reset(),
    stop: async () => {
      await provider.shutdown()
      for (const api of [trace, context, propagation]) api.disable()
    },
  }
}
