import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { goProgram } from '../install/go.ts'
import { repositoryRoot } from '../paths.ts'
import { launch } from '../process/launch.ts'
import { type Component, portOf } from './component.ts'
import { okay } from './http-ready.ts'

const sources = join(repositoryRoot, 'infra', 'tempo')

// Tempo of that time links with Go 1.20 only; any Go >= 1.21 fetches that toolchain by itself.
const binary = (cache: string, note: (text: string) => void): Promise<string> => {
  const program = 'github.com/grafana/tempo/cmd/tempo'
  return goProgram(cache, { name: 'tempo-20230524', binary: 'tempo', sources, program, env: { GOTOOLCHAIN: 'go1.20.14' } }, note)
}

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
    const command = await binary(cache, note)
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
    return launch({ stack, name: 'tempo', kind: 'infra', command, args, cwd: folder, env, logFile, graceMs: 2000, yielding: true })
  },
  ready: (address) => okay(`${address['url']}/ready`),
}
