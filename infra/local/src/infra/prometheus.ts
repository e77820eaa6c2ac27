import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJson, writeWhole } from '../files.ts'
import { hasApt, unpackDebian } from '../install/apt.ts'
import { cachedFolder } from '../install/cached.ts'
import { findCommand } from '../install/run.ts'
import { MissingPrerequisite } from '../missing.ts'
import { launch } from '../process/launch.ts'
import { type Component, portOf } from './component.ts'
import { okay } from './http-ready.ts'

const server = async (cache: string, note: (text: string) => void): Promise<string> => {
  const installed = await findCommand('prometheus')
  if (installed !== undefined) return installed
  if (!(await hasApt())) throw new MissingPrerequisite('Prometheus is not installed', 'brew install prometheus')
  const folder = await cachedFolder(cache, 'prometheus', (draft) => {
    note('fetching the Debian package')
    return unpackDebian(['prometheus'], draft)
  })
  return join(folder, 'root', 'usr', 'bin', 'prometheus')
}

const targetsOf = (folder: string): string => join(folder, 'targets.json')

const configuration = (folder: string): string => `global:
  scrape_interval: 5s
scrape_configs:
  - job_name: services
    file_sd_configs:
      - files: [${JSON.stringify(targetsOf(folder))}]
        refresh_interval: 5s
`

/** Tells a native Prometheus, which looks every 5 s, what to scrape. */
export const writeTargets = (folder: string, urls: Record<string, string>): Promise<void> =>
  writeJson(
    targetsOf(folder),
    Object.entries(urls).map(([name, url]) => ({ targets: [new URL(url).host], labels: { service: name } })),
  )

export const prometheus: Component = {
  name: 'prometheus',
  required: false,
  readyWithinMs: 30_000,
  fromEnvironment: (env) => (env['PROMETHEUS_URL'] ? { url: env['PROMETHEUS_URL'] } : undefined),
  usualPorts: { prometheus: 9090 },
  address: (ports) => ({ url: `http://127.0.0.1:${portOf(ports, 'prometheus')}` }),
  composeEnv: (ports) => ({ PROMETHEUS_PORT: String(portOf(ports, 'prometheus')) }),
  install: async (cache, note) => {
    await server(cache, note)
  },
  start: async ({ stack, folder, cache, logFile, ports, note }) => {
    const command = await server(cache, note)
    await mkdir(folder, { recursive: true })
    const file = join(folder, 'prometheus.yml')
    await writeWhole(file, configuration(folder))
    note('starting')
    const args = [
      `--config.file=${file}`,
      `--web.listen-address=127.0.0.1:${portOf(ports, 'prometheus')}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      '--storage.tsdb.retention.time=2d',
      '--log.level=warn',
    ]
    return launch({ stack, name: 'prometheus', kind: 'infra', command, args, cwd: folder, env: process.env, logFile, yielding: true })
  },
  ready: (address) => okay(`${address['url']}/-/ready`),
}
