import type { Harness } from './harness.ts'

/** An event of a stream. */
export interface Frame {
  event: string
  id: string | undefined
  data: Record<string, unknown>
}

/** An open stream, as a browser has it. */
export interface Watching extends AsyncIterator<Frame> {
  status: number
  headers: Headers
  /** The next so many. */
  take(count: number): Promise<Frame[]>
  /** All that come until it ends. */
  rest(): Promise<Frame[]>
  /** Goes away. */
  leave(): void
}

async function* framesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let text = ''
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString()
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      const field = (name: string) => new RegExp(`^${name}:\\s?(.*)$`, 'm').exec(block)?.[1]
      const [event, data] = [field('event'), field('data')]
      if (event !== undefined && data !== undefined) yield { event, id: field('id'), data: JSON.parse(data) as Record<string, unknown> }
    }
  }
}

/** Opens the stream of an order; with `after`, goes on behind the event of that id. */
export async function watch(gateway: Harness, orderId: string, token: string, after?: string): Promise<Watching> {
  const leaving = new AbortController()
  const { status, headers, body } = await fetch(`${gateway.url}/api/v1/orders/${orderId}/events`, {
    headers: { authorization: `Bearer ${token}`, ...(after !== undefined && { 'last-event-id': after }) },
    signal: leaving.signal,
  })
  const frames = framesOf(
    (body ?? new ReadableStream<Uint8Array>({ start: (stream) => stream.close() })) as unknown as AsyncIterable<Uint8Array>,
  )
  const rest = async (most = Number.POSITIVE_INFINITY): Promise<Frame[]> => {
    const found: Frame[] = []
    while (found.length < most) {
      const { done, value } = await frames.next()
      if (done) break
      found.push(value)
    }
    return found
  }
  return { status, headers, next: () => frames.next(), take: rest, rest, leave: () => leaving.abort() }
}
