import { refused } from '../errors.ts'
import { objectOf, textOf } from '../json.ts'
import { paint, type Result } from '../output.ts'
import { orderEvents } from '../stack/sse.ts'
import type { Stack } from '../stack/stack.ts'

/** `murmur order watch`: prints as it goes. Exit 1 when the order did not end in time, or may not be watched. */
export async function watch(
  stack: Stack,
  orderId: string,
  { timeout, json = false }: { timeout: number; json?: boolean },
): Promise<Result | undefined> {
  let why: string | undefined
  for await (const { event, data } of orderEvents(stack, orderId, AbortSignal.timeout(timeout * 1000))) {
    if (event === 'end') why = textOf(objectOf(data)['reason'])
    else process.stdout.write(`${json ? JSON.stringify({ event, data }) : describe(event, data)}\n`)
  }
  if (why === 'order_ended') return undefined
  throw refused(why === undefined ? `order ${orderId} did not end within ${timeout} s` : `the stream of order ${orderId} was ended: ${why}`)
}

function describe(event: string, data: unknown): string {
  const { time, data: inner = data } = objectOf(data)
  const about = event === 'order' ? textOf(objectOf(data)['status']) : JSON.stringify(inner)
  return `${paint('dim', textOf(time) ?? new Date().toISOString())}  ${paint('bold', event)}  ${about ?? ''}`
}
