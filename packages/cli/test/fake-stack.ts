import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** Answers with a status and JSON; or writes by itself and returns undefined. */
export type Route = (asked: Asked, res: ServerResponse) => readonly [number, unknown] | undefined

export interface FakeStack {
  /** Path of its stack.json. */
  readonly file: string
  readonly folder: string
  readonly asked: Asked[]
  close(): Promise<void>
}

const jwt = (seconds: number): string =>
  `h.${Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + seconds })).toString('base64url')}.s`

/** A server that plays the gateway and all services: `murmur` is tested against what they answer. */
export async function fakeStack(routes: Readonly<Record<string, Route>>, services = ['gateway', 'order', 'inventory']): Promise<FakeStack> {
  const asked: Asked[] = []
  const all: Record<string, Route> = { 'POST /api/v1/auth/login': () => [200, { accessToken: jwt(3600) }], ...routes }
  const server = createServer((req, res) => {
    let text = ''
    req.on('data', (chunk: Buffer) => (text += chunk.toString()))
    req.on('end', () => {
      const one: Asked = {
        method: req.method ?? '',
        path: req.url ?? '',
        headers: req.headers,
        body: text === '' ? undefined : JSON.parse(text),
      }
      asked.push(one)
      const route = all[`${one.method} ${one.path}`] ?? all[`${one.method} ${one.path.split('?')[0]}`]
      const answer = route === undefined ? ([404, { code: 'not_found', detail: 'No such thing.' }] as const) : route(one, res)
      if (answer === undefined) return
      res.writeHead(answer[0], { 'content-type': 'application/json' }).end(JSON.stringify(answer[1]))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const folder = mkdtempSync(join(tmpdir(), 'murmur-'))
  const file = join(folder, 'stack.json')
  const account = { email: 'someone@example.com', password: 'a secret' }
  writeFileSync(
    file,
    JSON.stringify({
      infra: {},
      services: Object.fromEntries(services.map((name) => [name, name === 'gateway' ? { url } : { url: `${url}/${name}`, host: 'flock' }])),
      admin: account,
      demo: account,
    }),
  )
  return {
    file,
    folder,
    asked,
    close: async () => {
      rmSync(folder, { recursive: true })
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
