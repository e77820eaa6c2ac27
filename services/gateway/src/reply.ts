import type { Response } from 'express'
import { prefix } from './api/endpoint.ts'
import type { Answer } from './upstream/send.ts'

/** An answer as it goes to the client, and as it is kept for an idempotency key. */
export interface Reply {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

const passed = ['content-type', 'retry-after', 'cache-control', 'www-authenticate'] as const

/** What of a service's answer is the client's. */
export function replyOf({ status, headers, body }: Answer): Reply {
  const kept: Record<string, string> = {}
  for (const name of passed) {
    const value = headers[name]
    if (value !== undefined) kept[name] = value
  }
  if (headers.location?.startsWith('/')) kept['location'] = `${prefix}${headers.location}`
  return { status, headers: kept, body: body.toString('utf8') }
}

export function write(res: Response, { status, headers, body }: Reply): void {
  res.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': Buffer.byteLength(body) })
  res.end(status === 204 ? undefined : body)
}
