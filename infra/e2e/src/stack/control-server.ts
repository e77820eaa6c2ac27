import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Hosting, readState, type Service, type Stack } from '@murmuration/local'
import { firstHosting } from './hosting.ts'

const run = promisify(execFile)

type Env = Record<string, string>

// An immediate shutdown of PostgreSQL is a crash that leaves no shared memory behind; the others are killed.
const killInfra = async (name: string): Promise<void> => {
  const entry = (await readState('test')).infra[name as 'kafka']
  if (entry?.pid === undefined) throw new Error(`${name} is no process of this stack`)
  process.kill(entry.pid, name === 'postgres' ? 'SIGQUIT' : 'SIGKILL')
}

const ofService: Readonly<Record<string, (service: Service, env: Env) => unknown>> = {
  pause: (service) => service.pause(),
  resume: (service) => service.resume(),
  kill: (service) => service.kill(),
  stop: (service) => service.stop(),
  start: (service, env) => service.start(env),
  restart: (service, env) => service.restart(env),
  ready: (service) => service.ready(60_000),
}

async function act(stack: Stack, rehost: (hosting: Hosting) => Promise<void>, path: string, env: Env): Promise<void> {
  const [, what, verb = '', name = ''] = path.split('/')
  if (what === 'hosting') return rehost(verb as Hosting)
  if (what === 'infra' && verb === 'kill') return killInfra(name)
  if (what === 'infra' && verb === 'start') return void (await run(process.execPath, [join(import.meta.dirname, 'bring-back.ts')]))
  const meant = Object.values(stack.services).filter((service) => name === 'all' || service.name === name)
  const action = ofService[verb]
  if (what !== 'service' || action === undefined || meant.length === 0) throw new Error(`there is no ${path}`)
  await Promise.all(meant.map((service) => action(service, env)))
}

/**
 * Lets the tests, which run in processes of their own, handle the services that this process started: `POST /<what>/<action>/<name or all>`, or
 * `/hosting/<together or apart>`.
 */
export async function controlServer(stack: Stack): Promise<{ url: string }> {
  let hosting: Hosting = firstHosting
  const rehost = async (wanted: Hosting): Promise<void> => {
    if (wanted === hosting) return
    hosting = wanted
    await stack.rehost(wanted)
  }
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const env = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Env
      act(stack, rehost, req.url ?? '', env).then(
        () => res.writeHead(204).end(),
        (error: unknown) => res.writeHead(500).end(String(error)),
      )
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
