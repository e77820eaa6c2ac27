import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands before a real server: passes everything on, hangs, or is gone. */
export interface FlakyTcp {
  readonly port: number
  /** Keeps connections open and answers nothing. */
  hang(): void
  /** Cuts connections and refuses new ones. */
  cut(): void
  heal(): void
  close(): Promise<void>
}

export async function flakyTcp(target: URL): Promise<FlakyTcp> {
  let state: 'through' | 'hanging' | 'gone' = 'through'
  const open = new Set<Socket>()
  const server = createServer((near) => {
    if (state === 'gone') return void near.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('data', (data) => void (state === 'through' && to.write(data)))
      from.on('error', () => {})
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cutAll = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    hang: () => void (state = 'hanging'),
    cut() {
      state = 'gone'
      cutAll()
    },
    heal() {
      // What went into a hanging connection is lost, so it cannot go on.
      if (state === 'hanging') cutAll()
      state = 'through'
    },
    close() {
      cutAll()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}
