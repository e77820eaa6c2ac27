import type { IncomingMessage, ServerResponse } from 'node:http'
import { currentScope } from './scope.ts'
import { shared } from './state.ts'

/** Express (or plain `node:http`) handler for `GET /metrics` of a service in Prometheus' text format; an empty page without SDK. */
export const prometheusHandler = (request: IncomingMessage, response: ServerResponse): void => {
  if (shared.running) {
    shared.running.providersOf(currentScope()).serveMetrics(request, response)
    return
  }
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('# telemetry is not running\n')
}
