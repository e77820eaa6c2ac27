import { register, registerHooks } from 'node:module'
import { register as registerInThread, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs'

/** The only modules that are looked into when imported; every further one would cost start-up time and memory. */
const INSTRUMENTED = ['express', 'kafkajs', 'pg', 'ioredis', 'pino', 'http', 'https']

/**
 * Lets instrumentations patch ES modules. In-thread where Node can (>= 24.11.1): the worker thread of `module.register` costs 22 MB
 * and about 280 ms in every process, even with the list above. Must run before anything instrumented is imported.
 */
export const installHooks = (): void => {
  if (supportsSyncHooks()) registerInThread({ include: INSTRUMENTED })
  else register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include: INSTRUMENTED } })
}

/** What sdk-node imports for settings that we never use (gRPC, Zipkin, B3, YAML files), with the names that it takes from there. */
const UNUSED: Record<string, readonly string[]> = {
  '@opentelemetry/configuration': [
    'parseConfigFile',
    'mergeHeadersConfig',
    'mergePropagatorCompositeConfig',
    'mergeResourceAttributesConfig',
  ],
  '@opentelemetry/exporter-logs-otlp-grpc': ['OTLPLogExporter'],
  '@opentelemetry/exporter-metrics-otlp-grpc': ['OTLPMetricExporter'],
  '@opentelemetry/exporter-trace-otlp-grpc': ['OTLPTraceExporter'],
  '@opentelemetry/exporter-zipkin': ['ZipkinExporter'],
  '@opentelemetry/otlp-grpc-exporter-base': ['createEmptyMetadata', 'createInsecureCredentials', 'createSslCredentials'],
  '@opentelemetry/propagator-b3': ['B3InjectEncoding', 'B3Propagator'],
}

/** Runs `load` while these packages resolve to empty stand-ins: 150 modules, 8 MB and 60 ms less in every process. */
export const withoutUnused = async <T>(load: () => Promise<T>): Promise<T> => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const names = UNUSED[specifier]
      if (!names || !context.parentURL?.includes('/@opentelemetry/sdk-node/')) return next(specifier, context)
      const stub = names.map((name) => `export const ${name} = undefined`).join('\n')
      return { url: `data:text/javascript,${encodeURIComponent(stub)}`, format: 'module', shortCircuit: true }
    },
  })
  try {
    return await load()
  } finally {
    hooks.deregister()
  }
}
