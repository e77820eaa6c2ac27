import { randomUUID } from 'node:crypto'
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources'

/** Who is speaking: the service, and which of its processes. */
export const serviceResource = (env: NodeJS.ProcessEnv): Resource =>
  defaultResource().merge(
    resourceFromAttributes({
      'service.name': env['SERVICE_NAME'] ?? 'unknown',
      'service.namespace': 'murmuration',
      'service.instance.id': randomUUID(),
      'service.version': env['SERVICE_VERSION'] ?? env['npm_package_version'] ?? '0.0.0',
      'process.pid': process.pid,
    }),
  )
