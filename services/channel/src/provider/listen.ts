import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens, and knows how to end: no new requests, those in flight until the deadline (ms). */
export async function listenOn(server: Server, { port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {}) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1024 }, resolve)
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close(deadlineMs = 1_000) {
      const cut = setTimeout(() => server.closeAllConnections(), deadlineMs)
      const idle = setInterval(() => server.closeIdleConnections(), 20)
      await new Promise((resolve) => server.close(resolve))
      clearTimeout(cut)
      clearInterval(idle)
    },
  }
}
