import { createRequire } from 'node:module'
import { shared } from './state.ts'

const require = createRequire(import.meta.url)

type Module = 'kafkajs' | 'express'

// One function of each that its instrumentation wraps.
const PROBES: Record<Module, readonly string[]> = {
  kafkajs: ['Kafka', 'prototype', 'producer'],
  express: ['application', 'use'],
}

const MODULES = Object.keys(PROBES) as Module[]

const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

const isPatched = (exports: unknown, path: readonly string[]): boolean => {
  let value = exports
  for (const name of path) value = isObject(value) ? value[name] : undefined
  return isObject(value) && value['__wrapped'] === true
}

// Looked up among what is loaded: resolving it from here could find another copy than the service's.
const copiesOf = (name: Module): unknown[] =>
  Object.entries(require.cache)
    .filter(([file]) => /[/\\]node_modules[/\\]([^/\\]+)[/\\]index\.js$/.exec(file)?.[1] === name)
    .map(([, module]) => module?.exports)

/**
 * Throws unless the modules were patched by their instrumentations; call it once a service's modules are imported. With `required`, these
 * must be loaded and patched; without, whichever of kafkajs and express is loaded, and at least one. Does nothing where no SDK runs
 * (tests), or where it was switched off by `OTEL_SDK_DISABLED`.
 */
export const assertInstrumented = (required?: readonly Module[]): void => {
  if (!shared.running || process.env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return
  const loaded = MODULES.filter((name) => copiesOf(name).length > 0)
  const missing = required ? required.filter((name) => !loaded.includes(name)) : loaded.length === 0 ? MODULES : []
  const unpatched = loaded.filter((name) => !copiesOf(name).every((exports) => isPatched(exports, PROBES[name])))
  const problems = [
    ...unpatched.map((name) => `${name} is loaded but not patched`),
    ...missing.map((name) => `${name} is not loaded (check after importing it; a bundled copy cannot be instrumented)`),
  ]
  if (problems.length === 0) return
  throw new Error(`telemetry is incomplete: ${problems.join('; ')}. Start with: node --import @murmuration/telemetry/register <main>`)
}
