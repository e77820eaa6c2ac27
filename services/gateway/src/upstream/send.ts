import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'

/** What goes to a service. The body is JSON text. */
export interface Outgoing {
  method: string
  /** With query. */
  path: string
  headers: OutgoingHttpHeaders
  body?: string | undefined
}

/** What a service answered. */
export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** No answer. `sent` false: the request never reached the service, so it had no effect. */
export class NoAnswer extends Error {
  readonly sent: boolean
  readonly late: boolean
  constructor(message: string, { sent, late, cause }: { sent: boolean; late: boolean; cause?: unknown }) {
    super(message, { cause })
    this.name = 'NoAnswer'
    this.sent = sent
    this.late = late
  }
}

const largest = 10 * 1024 * 1024
// Shorter than the 65 s of the services, so that no request meets a connection that is just being closed.
const keepAlive = {
  keepAlive: true,
  keepAliveMsecs: 30_000,
  timeout: 50_000,
  maxSockets: 256,
  maxFreeSockets: 64,
  scheduling: 'lifo',
} as const
const agent = new Agent(keepAlive)
const secureAgent = new SecureAgent(keepAlive)

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN'])

/**
 * One request over a kept connection. node:http, because global fetch was measured at four times its CPU and three times its memory.
 * @throws NoAnswer also when the whole answer is not there after `timeoutMs`
 */
export function send(base: URL, { method, path, headers, body }: Outgoing, timeoutMs: number): Promise<Answer> {
  const secure = base.protocol === 'https:'
  const prefix = base.pathname === '/' ? '' : base.pathname
  return new Promise((resolve, reject) => {
    let late = false
    const sending = (secure ? secureRequest : request)({
      agent: secure ? secureAgent : agent,
      hostname: base.hostname,
      port: base.port,
      method,
      path: `${prefix}${path}`,
      // Only for the HTTP instrumentation: without it, it makes a URL of a host and port run together, which throws, for each request.
      pathname: `${prefix}${path.split('?', 1)[0]}`,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    })
    const timer = setTimeout(() => {
      late = true
      sending.destroy(new Error(`no answer in ${timeoutMs} ms`))
    }, timeoutMs)
    const fail = (cause: Error & { code?: string }): void => {
      clearTimeout(timer)
      reject(new NoAnswer(`${base.host}: ${cause.message}`, { sent: !neverSent.has(cause.code ?? ''), late, cause }))
    }
    sending.on('error', fail)
    sending.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > largest) sending.destroy(new Error('the answer is too large'))
        else chunks.push(chunk)
      })
      response.on('error', fail)
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 502, headers: response.headers, body: Buffer.concat(chunks, size) })
      })
    })
    sending.end(body)
  })
}

/** Closes the kept connections. */
export function closeConnections(): void {
  agent.destroy()
  secureAgent.destroy()
}
