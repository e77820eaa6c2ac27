import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Answer {
  /** 0: no answer came. */
  readonly status: number
  readonly retryAfter: boolean
  readonly body: Readonly<Record<string, unknown>>
}

export interface Asking {
  readonly token?: string | undefined
  readonly body?: unknown
  /** The same for every try at one wish. */
  readonly key?: string
}

export interface Gateway {
  ask(method: string, path: string, asking?: Asking): Promise<Answer>
  /** Asks until there is an answer other than "try again"; after `patienceMs` the last answer, whatever it was. */
  insist(method: string, path: string, asking?: Asking, patienceMs?: number): Promise<Answer>
  /** Answers that nobody may ever get, by status: neither a clean one nor a 503 that says when to come again. */
  readonly unclean: Readonly<Record<string, number>>
  /** Requests that had to be repeated, by what was answered: with two instances of what a fault hits there are none. */
  readonly repeated: Readonly<Record<string, number>>
  close(): void
}

const timeoutMs = 20_000
const pauseMs = 300
const meansAgain = ({ status }: Answer): boolean => status === 0 || status === 503 || status === 429

/** The gateway under /api/v1, over kept connections. */
export function gatewayAt(url: string): Gateway {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 128 })
  const [unclean, repeated]: [Record<string, number>, Record<string, number>] = [{}, {}]
  const count = (answer: Answer): Answer => {
    const { status, retryAfter, body } = answer
    const name = status === 0 ? 'no answer' : `${status} ${String(body['code'] ?? '')}`.trim()
    if (meansAgain(answer)) repeated[name] = (repeated[name] ?? 0) + 1
    if (status >= 500 && !(status === 503 && retryAfter)) unclean[name] = (unclean[name] ?? 0) + 1
    return answer
  }
  const ask: Gateway['ask'] = (method, path, { token, body, key } = {}) =>
    new Promise((resolve) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      }
      const sending = request({ agent, hostname, port, method, path: `/api/v1${path}`, headers, timeout: timeoutMs })
      const none = () => resolve(count({ status: 0, retryAfter: false, body: {} }))
      sending.on('timeout', () => sending.destroy(new Error('no answer in time')))
      sending.on('error', none)
      sending.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', none)
        response.on('end', () => {
          const retryAfter = response.headers['retry-after'] !== undefined
          resolve(count({ status: response.statusCode ?? 0, retryAfter, body: parsed(Buffer.concat(chunks).toString('utf8')) }))
        })
      })
      sending.end(text)
    })
  return {
    ask,
    async insist(method, path, asking = {}, patienceMs = 240_000) {
      for (const until = Date.now() + patienceMs; ; ) {
        const answer = await ask(method, path, asking)
        if (!meansAgain(answer)) return answer
        if (Date.now() > until) return answer
        await sleep(pauseMs)
      }
    },
    unclean,
    repeated,
    close: () => agent.destroy(),
  }
}

const parsed = (text: string): Answer['body'] => {
  try {
    return JSON.parse(text) as Answer['body']
  } catch {
    return {}
  }
}
