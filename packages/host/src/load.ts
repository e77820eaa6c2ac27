import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { HostedService } from './service.ts'

/** Services by name, from `<folder>/<name>/src/service.ts`; what cannot be had is told in `problems`. */
export async function load(folder: string, names: readonly string[]): Promise<{ services: HostedService[]; problems: string[] }> {
  const there = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const services: HostedService[] = []
  const problems = names.length === 0 ? [`no service is named; there are ${there.join(', ')}`] : []
  for (const name of names) {
    if (!there.includes(name)) {
      problems.push(`${name}: there is no such service; there are ${there.join(', ')}`)
      continue
    }
    try {
      const { service } = (await import(pathToFileURL(join(folder, name, 'src', 'service.ts')).href)) as { service: HostedService }
      services.push(service)
    } catch (error) {
      problems.push(`${name}: cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { services, problems }
}
