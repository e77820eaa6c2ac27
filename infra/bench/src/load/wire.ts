import { connect, type Socket } from 'node:net'
import type { Answer } from './gateway.ts'

/** POSTs JSON over kept connections, one request at a time on each. Status 0: no answer. */
export interface Wire {
  post(path: string, body: unknown, token: string | undefined): Promise<Answer>
  close(): void
}

const timeoutMs = 15_000
const endOfHead = Buffer.from('\r\n\r\n')

/** The answer at the start of the bytes; undefined while it is not whole. It must say how long it is, as all of the gateway's do. */
export function readAnswer(bytes: Buffer): { answer: Answer; rest: Buffer } | undefined {
  const end = bytes.indexOf(endOfHead)
  if (end === -1) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error('an answer without content-length')
  const whole = end + endOfHead.length + Number(length)
  if (bytes.length < whole) return undefined
  const text = bytes.toString('utf8', end + endOfHead.length, whole)
  return { answer: { status: Number(head.slice(9, 12)), body: parsed(text) }, rest: bytes.subarray(whole) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

interface Line {
  readonly socket: Socket
  settle: ((answer: Answer) => void) | undefined
  bytes: Buffer
}

/**
 * A client for the generator alone, which shares the cores with what it measures: node:http takes several times the CPU for what a generator needs.
 */
export function wire(url: string): Wire {
  const { hostname, port, host } = new URL(url)
  const free: Line[] = []
  const lines = new Set<Line>()

  function open(): Line {
    const line: Line = { socket: connect({ host: hostname, port: Number(port), noDelay: true }), settle: undefined, bytes: Buffer.alloc(0) }
    lines.add(line)
    const lost = (why: string) => {
      lines.delete(line)
      const at = free.indexOf(line)
      if (at !== -1) free.splice(at, 1)
      line.socket.destroy()
      line.settle?.({ status: 0, body: why })
      line.settle = undefined
    }
    line.socket.setTimeout(timeoutMs, () => lost(`no answer in ${timeoutMs} ms`))
    line.socket.on('error', (error) => lost(error.message))
    line.socket.on('close', () => lost('the connection was closed'))
    line.socket.on('data', (chunk: Buffer) => {
      line.bytes = line.bytes.length === 0 ? chunk : Buffer.concat([line.bytes, chunk])
      try {
        const read = readAnswer(line.bytes)
        if (read === undefined) return
        const { settle } = line
        line.bytes = read.rest
        line.settle = undefined
        free.push(line)
        settle?.(read.answer)
      } catch (error) {
        lost((error as Error).message)
      }
    })
    return line
  }

  return {
    post: (path, body, token) =>
      new Promise((resolve) => {
        const text = JSON.stringify(body)
        const line = free.pop() ?? open()
        line.settle = resolve
        const authorization = token === undefined ? '' : `authorization: Bearer ${token}\r\n`
        line.socket.write(
          `POST /api/v1${path} HTTP/1.1\r\nhost: ${host}\r\naccept: application/json\r\n${authorization}` +
            `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
        )
      }),
    close() {
      for (const { socket } of lines) socket.destroy()
    },
  }
}
