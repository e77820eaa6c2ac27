import { Agent, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** A request to the gateway, over kept connections. Status 0: no answer. */
export type Ask = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  options?: { body?: unknown; token?: string | undefined },
) => Promise<Answer>

export interface Gateway {
  readonly ask: Ask
  close(): void
}

const timeoutMs = 15_000

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** For what comes before the load; the load itself goes over the wire. */
export function gateway(url: string): Gateway {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 64, scheduling: 'lifo' })
  const ask: Ask = (method, path, { body, token } = {}) =>
    new Promise((resolve) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      }
      const sending = request({ agent, hostname, port, method, path: `/api/v1${path}`, headers, timeout: timeoutMs })
      const lost = (error: Error) => resolve({ status: 0, body: error.message })
      sending.on('timeout', () => sending.destroy(new Error(`no answer in ${timeoutMs} ms`)))
      sending.on('error', lost)
      sending.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', lost)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString('utf8')) }))
      })
      sending.end(text)
    })
  return { ask, close: () => agent.destroy() }
}

/** What a refusal says, in one line. */
export function refusal({ status, body }: Answer): string {
  const { code, detail } = (typeof body === 'object' && body !== null ? body : { detail: String(body) }) as {
    code?: string
    detail?: string
  }
  return [status === 0 ? 'no answer:' : status, code, detail].filter((part) => part !== undefined && part !== '').join(' ')
}

/** @throws Error saying what was asked and what came instead of a 2xx */
export async function insist(asked: Promise<Answer>, what: string): Promise<unknown> {
  const answer = await asked
  if (answer.status < 200 || answer.status > 299) throw new Error(`${what}: ${refusal(answer)}`)
  return answer.body
}
