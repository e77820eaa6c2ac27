import { register } from 'node:module'
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
