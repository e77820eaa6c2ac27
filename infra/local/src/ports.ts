import { connect, createServer } from 'node:net'
import { isFetchable } from '@murmuration/http/fetchable'

const bindable = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.unref()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      const found = typeof address === 'object' && address !== null ? address.port : undefined
      server.close(() => resolve(found))
    })
  })

/** Whether something answers there; a listener on all interfaces may leave 127.0.0.1 bindable. */
export const answers = (port: number, host = '127.0.0.1', timeoutMs = 1000): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host, timeout: timeoutMs })
    const done = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
  })

// Ports that were given out and are not bound yet, so that two callers in this process never get the same.
const promised = new Set<number>()

// Not 1: the services' usual ports are neighbours, and one that steps aside must not push the next.
const step = 1000

/**
 * A port on 127.0.0.1 that nobody uses and to which `fetch` would connect: the preferred one, or that plus 1000, 2000 …, or any.
 * `preferred` 0 means any.
 */
export const freePort = async (preferred: number): Promise<number> => {
  const steps = Array.from({ length: 20 }, (_, index) => preferred + index * step)
  const candidates = preferred === 0 ? [] : steps.filter((port) => port < 65_536 && isFetchable(port))
  for (const port of candidates) {
    if (promised.has(port)) continue
    promised.add(port)
    if ((await bindable(port)) === port && !(await answers(port))) return port
    promised.delete(port)
  }
  for (;;) {
    const port = await bindable(0)
    if (port === undefined) throw new Error('no free port on 127.0.0.1')
    if (promised.has(port) || !isFetchable(port)) continue
    promised.add(port)
    return port
  }
}
