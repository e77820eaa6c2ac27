import { randomUUID } from 'node:crypto'
import { defaultResource, detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources'

/** What is said of everything that this process tells; services of one process have the same `service.instance.id`. */
export const processResource = (env: NodeJS.ProcessEnv): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        'service.namespace': 'murmuration',
        'service.instance.id': randomUUID(),
        'service.version': env['SERVICE_VERSION'] ?? env['npm_package_version'] ?? '0.0.0',
        'process.pid': process.pid,
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }))

/** Who of the process is speaking. */
export const serviceResource = (process: Resource, name: string): Resource =>
  process.merge(resourceFromAttributes({ 'service.name': name }))
