import { trace } from '@opentelemetry/api'
import pino from 'pino'
import { redact } from './redact.ts'
import { sagaIdOf } from './saga-context.ts'
import { currentScope } from './scope.ts'

export type Logger = pino.Logger

const safe = (value: unknown): unknown => (value instanceof Error ? { err: redact(value) } : redact(value))

const contextFields = (): Record<string, string> => {
  const { name: service } = currentScope()
  const span = trace.getActiveSpan()?.spanContext()
  const sagaId = sagaIdOf()
  return {
    service,
    ...(span && trace.isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {}),
    ...(sagaId === undefined ? {} : { saga_id: sagaId }),
  }
}

/** pino's options. Whose line it is, is found out when it is written. */
export const loggerOptions = (env: NodeJS.ProcessEnv = process.env): pino.LoggerOptions => ({
  level: env['LOG_LEVEL'] ?? 'info',
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  mixin: contextFields,
  formatters: { level: (label) => ({ level: label }) },
  // Errors are made plain, and safe, before pino sees them: it would copy their raw message.
  serializers: { err: (error: unknown) => error },
  hooks: {
    logMethod(args, method) {
      const [first, ...rest] = args
      method.apply(this, [safe(first), ...rest.map(redact)] as Parameters<typeof method>)
    },
  },
})

/** A pino logger whose lines, and whose children's fixed fields, are safe to keep. `stream` is for tests; stdout by default. */
export const createLogger = (options: pino.LoggerOptions, stream?: pino.DestinationStream): Logger => {
  const made: Logger = stream ? pino(options, stream) : pino(options)
  // pino hands a child's fields to no hook and no formatter. Children inherit this one.
  const { child } = made
  made.child = function safeChild(this: Logger, bindings: pino.Bindings, ...rest: []) {
    return child.call(this, redact(bindings) as pino.Bindings, ...rest)
  } as typeof child
  return made
}

let root: Logger | undefined

/**
 * The process' logger: one JSON line per entry on stdout, with the service in whose scope it is written, and with `trace_id`, `span_id` and `saga_id` of the active context and without
 * passwords, tokens and card numbers. Level by `LOG_LEVEL` (default info). With a name, a child that says so.
 */
export const logger = (name?: string): Logger => {
  root ??= createLogger(loggerOptions())
  return name === undefined ? root : root.child({ name })
}
