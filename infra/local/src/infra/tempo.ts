import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedFolder } from '../install/cached.ts'
import { run } from '../install/run.ts'
import { systemTool } from '../install/tools.ts'
import { repositoryRoot } from '../paths.ts'
import { launch } from '../process/launch.ts'
import { type Component, portOf } from './component.ts'
import { okay } from './http-ready.ts'

const sources = join(repositoryRoot, 'infra', 'tempo')

// Tempo of that time links with Go 1.20 only; any Go >= 1.21 fetches that toolchain by itself.
const goEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, GOTOOLCHAIN: 'go1.20.14', GOFLAGS: '-mod=mod', GOWORK: 'off' })

const binary = (cache: string, note: (text: string) => void): Promise<string> =>
  cachedFolder(cache, 'tempo-20230524', async (folder) => {
    note('building with Go, 2 to 4 minutes the first time')
    const go = await systemTool('go', 'golang-go', ['/usr/local/go/bin'])
    const module = join(folder, 'module')
    await mkdir(module)
    for (const file of ['go.mod', 'go.sum']) await copyFile(join(sources, file), join(module, file))
    await run(go, ['build', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'tempo'), 'github.com/grafana/tempo/cmd/tempo'], {
      cwd: module,
      env: goEnvironment(),
    })
  })

export const tempo: Component = {
  name: 'tempo',
  required: false,
  readyWithinMs: 60_000,
  fromEnvironment: (env) => {
    const [url, otlpUrl] = [env['TEMPO_URL'], env['OTEL_EXPORTER_OTLP_ENDPOINT']]
    return url && otlpUrl ? { url, otlpUrl } : undefined
  },
  usualPorts: { tempo: 3200, tempoOtlp: 4318, tempoGrpc: 9095, tempoOtlpGrpc: 4317, tempoGossip: 7946 },
  address: (ports) => ({ url: `http://127.0.0.1:${portOf(ports, 'tempo')}`, otlpUrl: `http://127.0.0.1:${portOf(ports, 'tempoOtlp')}` }),
  composeEnv: (ports) => ({ TEMPO_PORT: String(portOf(ports, 'tempo')), OTLP_PORT: String(portOf(ports, 'tempoOtlp')) }),
  install: async (cache, note) => {
    await binary(cache, note)
  },
  start: async ({ stack, folder, cache, logFile, ports, note }) => {
    const built = await binary(cache, note)
    await mkdir(folder, { recursive: true })
    const env = {
      ...process.env,
      TEMPO_HTTP_PORT: String(portOf(ports, 'tempo')),
      TEMPO_OTLP_HTTP_PORT: String(portOf(ports, 'tempoOtlp')),
      TEMPO_GRPC_PORT: String(portOf(ports, 'tempoGrpc')),
      TEMPO_OTLP_GRPC_PORT: String(portOf(ports, 'tempoOtlpGrpc')),
      TEMPO_GOSSIP_PORT: String(portOf(ports, 'tempoGossip')),
      TEMPO_DATA: folder,
    }
    note('starting')
    const args = [`-config.file=${join(sources, 'native.yaml')}`, '-config.expand-env=true']
    const command = join(built, 'tempo')
    return launch({ stack, name: 'tempo', kind: 'infra', command, args, cwd: folder, env, logFile, graceMs: 2000, yielding: true })
  },
  ready: (address) => okay(`${address['url']}/ready`),
}
