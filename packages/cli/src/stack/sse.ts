import { unreachable } from '../errors.ts'
import { reasonOf } from './http.ts'
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

/** An order's events as they happen: first `order` with its state, then each event under its type. Ends with `signal`. */
export async function* orderEvents(stack: Stack, orderId: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const url = `${serviceUrl(stack, 'gateway')}/api/v1/orders/${encodeURIComponent(orderId)}/events`
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${await tokenOf(stack, 'demo')}` }
  try {
    const response = await fetch(url, { headers, signal })
    if (!response.ok || response.body === null)
      throw unreachable(`GET ${new URL(url).pathname} → ${response.status}`, 'Is it your order? `murmur order list` shows them.')
    yield* eventsIn(response.body)
  } catch (error) {
    if (signal.aborted) return
    if (error instanceof Error && error.name === 'Failure') throw error
    throw unreachable(`the stream of order ${orderId} broke off (${reasonOf(error)})`)
  }
}
