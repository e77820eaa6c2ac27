import { watch } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../paths.ts'
import type { Report } from '../report.ts'
import type { Running } from '../services/start-services.ts'

const quietMs = 200

/** The services that a changed file concerns: those of its folder, or all when it belongs to a package. */
export const concerned = (file: string, names: string[]): string[] => {
  if (!/\.(ts|json|sql)$/.test(file) || /\.test\.ts$|node_modules/.test(file)) return []
  const [area, name] = file.split('/')
  if (area === 'packages') return names
  if (area !== 'services') return []
  return names.filter((one) => one === name || (name === 'channel' && one === 'provider'))
}

/** Restarts services, with all that share a process with them, when their sources, or a package's, change. Returns what ends the watching. */
export const watchSources = ({ services, hosts }: Running, report: Report): (() => void) => {
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const restart = (): void => {
    const meant = new Set([...waiting].map((name) => services[name]?.host))
    for (const { host, restart } of hosts.filter((each) => meant.has(each.host))) {
      report.note(host, 'restarting')
      restart().then(
        () => report.done(host, 'restarted'),
        (error: unknown) => report.warn(String(error)),
      )
    }
    waiting.clear()
  }
  const watchers = ['services', 'packages'].map((area) =>
    watch(join(repositoryRoot, area), { recursive: true }, (_event, file) => {
      for (const name of concerned(join(area, file ?? ''), Object.keys(services))) waiting.add(name)
      clearTimeout(timer)
      if (waiting.size > 0) timer = setTimeout(restart, quietMs)
    }),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
