import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'

export interface ListenOptions {
  /** 0 or absent: a free one. */
  port?: number
  host?: string
}

export interface Listening {
  server: Server
  port: number
  url: string
  /**
   * Stops accepting, lets requests in flight finish, then cuts what is left at the deadline (ms, default 8000).
   * Resolves when no connection is open. Calling it again waits for the same end.
   */
  close(deadlineMs?: number): Promise<void>
}

async function closed(app: Express, server: Server, deadlineMs: number): Promise<void> {
  app.locals['closing'] = true
  // A connection that is in use now must not be kept for a next request.
  server.prependListener('request', (_req, res) => res.setHeader('connection', 'close'))
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await ended
  clearInterval(idle)
  clearTimeout(cut)
}

/** Serves the app. Rejects when the port is taken. */
export async function listen(app: Express, { port = 0, host = '127.0.0.1' }: ListenOptions = {}): Promise<Listening> {
  // Longer than the callers' keep-alive, so that it is they who close an idle connection and no request meets a closing one.
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 30_000 }, app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port: actual } = server.address() as AddressInfo
  let closing: Promise<void> | undefined
  return {
    server,
    port: actual,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close(deadlineMs = 8000) {
      closing ??= closed(app, server, deadlineMs)
      return closing
    },
  }
}
