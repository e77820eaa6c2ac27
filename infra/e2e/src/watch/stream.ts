import { inject } from 'vitest'

interface Frame {
  readonly event: string
  readonly id: string | undefined
}

/** Events of an order's stream at the gateway behind the one of that id, until it ends or there are so many; then it is cut. */
export async function streamed(
  orderId: string,
  token: string,
  { after, most = Number.POSITIVE_INFINITY }: { after?: string | undefined; most?: number } = {},
) {
  const cut = new AbortController()
  const { body } = await fetch(`${inject('stack').gateway}/api/v1/orders/${orderId}/events`, {
    headers: { authorization: `Bearer ${token}`, ...(after !== undefined && { 'last-event-id': after }) },
    signal: AbortSignal.any([cut.signal, AbortSignal.timeout(40_000)]),
  })
  const frames: Frame[] = []
  let text = ''
  if (body !== null)
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      const field = (block: string, name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1]
      for (const block of blocks) {
        const event = field(block, 'event')
        if (event !== undefined && frames.length < most) frames.push({ event, id: field(block, 'id') })
      }
      if (frames.length >= most) break
    }
  cut.abort()
  return frames
}
