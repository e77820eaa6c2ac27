import type { IncomingMessage } from 'node:http'
import type { Attributes } from '@opentelemetry/api'
import type { Instrumentation } from '@opentelemetry/instrumentation'
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { SAGA_HEADER, UNTRACED_PATHS } from './conventions.ts'
import { kafkaJsInstrumentation } from './kafkajs.ts'
import { currentScope } from './scope.ts'
import { undiciInstrumentation } from './undici.ts'

const isUntraced = (path: string | null | undefined): boolean => UNTRACED_PATHS.has((path ?? '').split('?', 1)[0] ?? '')

const QUERY_SECRETS = ['token', 'access_token', 'refresh_token', 'password', 'authorization', 'code', 'signature', 'sig', 'card']

// Runs before the context is extracted from the headers, and so before sampling: the place to name the saga at the public edge.
const nameSaga = (request: IncomingMessage): Attributes => {
  const { edge } = currentScope()
  if (!edge) return {}
  delete request.headers[SAGA_HEADER]
  const sagaId = edge.sagaOf(request)
  if (sagaId !== undefined) request.headers[SAGA_HEADER] = sagaId
  return {}
}

/** The instrumentations of a service. pino's is only for sending logs over OTLP: our own logger adds the trace ids. */
export const instrumentations = async (sendLogs: boolean): Promise<Instrumentation[]> => {
  const list: Instrumentation[] = [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request) => isUntraced(request.url),
      ignoreOutgoingRequestHook: (request) => isUntraced(request.path),
      startIncomingSpanHook: nameSaga,
      redactedQueryParams: QUERY_SECRETS,
      redactedQueryParamsServer: QUERY_SECRETS,
    }),
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.ROUTER] }),
    kafkaJsInstrumentation(),
    new PgInstrumentation({ requireParentSpan: true }),
    new IORedisInstrumentation({ requireParentSpan: true }),
    undiciInstrumentation({ requireParentforSpans: true, ignoreRequestHook: (request) => isUntraced(request.path) }),
  ]
  if (!sendLogs) return list
  const { PinoInstrumentation } = await import('@opentelemetry/instrumentation-pino')
  return [...list, new PinoInstrumentation({ disableLogCorrelation: true })]
}
