import { type Profile, stackFolder } from '../paths.ts'
import { livingRecord, livingRecords } from '../process/records.ts'
import type { Hosting } from '../services/hosts.ts'
import { readState } from '../state.ts'

/** How a service is. */
export type ServiceStatus = {
  name: string
  url: string
  /** Name of its process; `flock` hosts several services. */
  process: string
  pid: number
  hosting: Hosting
  /** `ready`; `not ready` with what its readiness lacks; `down` when its process has ended or does not answer. */
  health: 'ready' | 'not ready' | 'down'
  lacks: string[]
}

const lacksOf = (body: unknown): string[] => {
  const checks: unknown = typeof body === 'object' && body !== null && 'checks' in body ? body.checks : {}
  if (typeof checks !== 'object' || checks === null) return []
  const failing = Object.entries(checks).filter(([, result]) => result !== 'ok')
  return failing.map(([name, result]) => `${name} ${String(result)}`)
}

const healthOf = async (url: string, alive: boolean): Promise<Pick<ServiceStatus, 'health' | 'lacks'>> => {
  const answer = alive ? await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined) : undefined
  if (answer === undefined) return { health: 'down', lacks: [] }
  const body: unknown = await answer.json().catch(() => undefined)
  return answer.status === 200 ? { health: 'ready', lacks: [] } : { health: 'not ready', lacks: lacksOf(body) }
}

/** All services that a stack has, as they are now. */
export const statusOf = async (profile: Profile): Promise<ServiceStatus[]> => {
  const { services } = await readState(profile)
  const alive = new Set((await livingRecords(stackFolder(profile))).map(({ pid }) => pid))
  const found = Object.entries(services).map(async ([name, { url, pid, host }]): Promise<ServiceStatus> => {
    const sharing = Object.values(services).filter((other) => other.host === host).length > 1
    return { name, url, process: host, pid, hosting: sharing ? 'together' : 'apart', ...(await healthOf(url, alive.has(pid))) }
  })
  return (await Promise.all(found)).sort((a, b) => a.name.localeCompare(b.name))
}

const table = (services: ServiceStatus[]): string => {
  const rows = services.map(({ name, process, pid, hosting, health, lacks, url }) => [
    ...[name, process, String(pid), hosting, lacks.length === 0 ? health : `${health}: ${lacks.join(', ')}`, url],
  ])
  const all = [['service', 'process', 'pid', 'hosting', 'health', 'address'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `npm run status`: lists the services of `npm start`. Returns the exit code: 0 when there are some and all are ready, else 1. */
export const status = async ({ json }: { json: boolean }): Promise<number> => {
  const running = (await livingRecord(stackFolder('dev'), 'supervisor')) !== undefined
  const services = await statusOf('dev')
  if (json) process.stdout.write(`${JSON.stringify({ running, services })}\n`)
  else if (services.length === 0) process.stdout.write('nothing runs here; start it with `npm start`\n')
  else process.stdout.write(`${table(services)}\n${running ? '' : 'its supervisor has ended: what dies stays dead\n'}`)
  return services.length > 0 && services.every(({ health }) => health === 'ready') ? 0 : 1
}
