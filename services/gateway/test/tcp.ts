import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function holding() {
  const sockets = new Set<Socket>()
  return {
    sockets,
    keep(socket: Socket): Socket {
      sockets.add(socket)
      return socket.on('error', () => {})
    },
    end(server: Server): void {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Takes connections and never says a word. */
export async function silentServer() {
  const held = holding()
  const server = createServer((socket) => void held.keep(socket))
  return { url: `redis://${await listening(server)}`, close: () => held.end(server) }
}

/** Passes on what goes to and comes from a server, and keeps it back while it is paused. */
export async function pausable({ hostname, port, pathname, protocol }: URL) {
  const held = holding()
  const server = createServer((client) => {
    const upstream = held.keep(connect(Number(port), hostname))
    held.keep(client).pipe(upstream).pipe(client)
  })
  return {
    url: `${protocol}//${await listening(server)}${pathname}`,
    pause() {
      for (const socket of held.sockets) socket.pause()
    },
    resume() {
      for (const socket of held.sockets) socket.resume()
    },
    close: () => held.end(server),
  }
}
