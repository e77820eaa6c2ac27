import { setTimeout as sleep } from 'node:timers/promises'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** A request to the gateway; waits and tries again while it is busy or not there, `tries` times in all. Network errors are thrown in the end. */
export type Call = (method: 'GET' | 'POST', path: string, body?: unknown, tries?: number) => Promise<Answer>

export function gateway(url: string, token?: string): Call {
  const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  return async function call(method, path, body, tries = 6) {
    for (let tried = 1; ; tried++) {
      try {
        const response = await fetch(`${url}/api/v1${path}`, {
          method,
          headers,
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(10_000),
        })
        const answer = { status: response.status, body: await response.json().catch(() => undefined) }
        if ((answer.status !== 429 && answer.status < 502) || tried === tries) return answer
        await sleep(Math.min(Number(response.headers.get('retry-after') ?? 0) * 1000 || 100 * 2 ** tried, 3000))
      } catch (error) {
        if (tried === tries) throw error
        await sleep(100 * 2 ** tried)
      }
    }
  }
}

/** What a refusal says, in one line. */
export function refusal({ status, body }: Answer): string {
  const { detail, code } = (body ?? {}) as { detail?: string; code?: string }
  return `${status} ${code ?? ''} ${detail ?? ''}`.trim()
}

/** @throws Error when the gateway says no */
export async function login(url: string, email: string, password: string): Promise<string> {
  const answer = await gateway(url)('POST', '/auth/login', { email, password })
  const { accessToken } = (answer.body ?? {}) as { accessToken?: string }
  if (answer.status !== 200 || accessToken === undefined) throw new Error(`the administrator cannot log in: ${refusal(answer)}`)
  return accessToken
}
