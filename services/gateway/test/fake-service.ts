import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}
export interface Said {
  status?: number
  body?: unknown
  headers?: Record<string, string>
  /** Cuts the connection instead of answering. */
  cut?: boolean
  /** Milliseconds before the answer. */
  after?: number
}

/** Stands for a service behind the gateway. */
export interface FakeService {
  url: string
  seen: Seen[]
  /** What it says from now on. */
  says: (request: Seen) => Said | Promise<Said>
  close(): Promise<void>
  /** Comes back on the same port. */
  open(): Promise<void>
}

async function read(req: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString() }
}

async function answer(service: FakeService, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const seen = await read(req)
  service.seen.push(seen)
  const { status = 200, body, headers = {}, cut, after = 0 } = await service.says(seen)
  if (after > 0) await new Promise((resolve) => setTimeout(resolve, after))
  if (cut) {
    res.destroy()
    return
  }
  res.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers })
  res.end(body === undefined ? undefined : JSON.stringify(body))
}

export async function fakeService(): Promise<FakeService> {
  const service: FakeService = {
    url: '',
    seen: [],
    says: () => ({ body: {} }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
    open: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
  }
  const server = createServer((req, res) => void answer(service, req, res))
  let port = 0
  await service.open()
  port = (server.address() as AddressInfo).port
  service.url = `http://127.0.0.1:${port}`
  return service
}
