import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT, Failure, unreachable } from '../errors.ts'
import { objectOf } from '../json.ts'
import { problemOf, Refused, reasonOf } from './http.ts'
import { tokenOf } from './session.ts'
import { type Stack, serviceUrl } from './stack.ts'

/** One server-sent event; `data` is JSON, or text where it is not. */
export interface ServerEvent {
  readonly event: string
  readonly data: unknown
  readonly id?: string
}

/** Splits a stream of text into server-sent events. Comments (heartbeats) are left out. */
export async function* eventsIn(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const blocks = rest.replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const parsed = eventOf(block)
      if (parsed !== undefined) yield parsed
    }
  }
}

function eventOf(block: string): ServerEvent | undefined {
  const fields = block.split('\n').map((line) => /^(event|data|id): ?(.*)$/.exec(line))
  const all = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []))
  const data = all('data')
  const id = all('id').at(-1)
  return data.length === 0
    ? undefined
    : { event: all('event').at(-1) ?? 'message', data: parsed(data.join('\n')), ...(id === undefined ? {} : { id }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** So long the gateway may be away while an order is watched. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 500

/**
 * An order's events: first `order` with its state, then each event under its type, from the first one on; `end` with the reason is the last. A stream that
 * breaks off, or whose token expires, is gone on with behind its last event. Ends with `signal`. Throws `Refused` when the order may not be watched.
 */
export async function* orderEvents(stack: Stack, orderId: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  let lastId: string | undefined
  let fresh = false
  let patientUntil = 0
  while (!signal.aborted) {
    try {
      const body = await open(stack, orderId, { token: await tokenOf(stack, 'demo', fresh), lastId, signal })
      fresh = false
      for await (const event of eventsIn(body)) {
        patientUntil = Date.now() + PATIENCE_MS
        lastId = event.id ?? lastId
        fresh = event.event === 'end' && objectOf(event.data)['reason'] === 'token_expired'
        if (fresh) break
        yield event
        if (event.event === 'end') return
      }
    } catch (error) {
      if (signal.aborted) return
      const refused = error instanceof Refused && error.status === 401 && !fresh
      // What has never been there, or refuses, is not waited for.
      if (!refused && (Date.now() > patientUntil || (error instanceof Failure && error.exitCode !== EXIT.unreachable)))
        throw error instanceof Failure ? error : unreachable(`the stream of order ${orderId} broke off (${reasonOf(error)})`)
      if (refused) fresh = true
    }
    if (!fresh) await sleep(PAUSE_MS, undefined, { signal }).catch(() => {})
  }
}

async function open(
  stack: Stack,
  orderId: string,
  { token, lastId, signal }: { token: string; lastId: string | undefined; signal: AbortSignal },
): Promise<AsyncIterable<Uint8Array>> {
  const gateway = serviceUrl(stack, 'gateway')
  const path = `/api/v1/orders/${encodeURIComponent(orderId)}/events`
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
  }
  const response = await fetch(`${gateway}${path}`, { headers, signal }).catch((error: unknown) => {
    throw unreachable(`${gateway} does not answer (${reasonOf(error)})`)
  })
  if (response.ok && response.body !== null) return response.body
  throw problemOf(`GET ${path}`, { status: response.status, headers: response.headers, body: parsed(await response.text()) })
}
