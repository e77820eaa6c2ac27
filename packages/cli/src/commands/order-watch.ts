import { EXIT } from '../errors.ts'
import { objectOf, textOf } from '../json.ts'
import { paint, type Result } from '../output.ts'
import { hasEnded, orderOf } from '../stack/orders.ts'
import { orderEvents } from '../stack/sse.ts'
import type { Stack } from '../stack/stack.ts'

const endings = new Set(['OrderConfirmed', 'OrderCancelled', 'OrderFailed'])

/** `murmur order watch`: prints as it goes; what follows the end (refunds, notifications) is watched for this long. */
const AFTERMATH_MS = 2_000

export async function watch(
  stack: Stack,
  orderId: string,
  { timeout, json = false }: { timeout: number; json?: boolean },
): Promise<Result | undefined> {
  const done = new AbortController()
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(timeout * 1000)])
  let ended = false
  for await (const { event, data } of orderEvents(stack, orderId, signal)) {
    process.stdout.write(`${json ? JSON.stringify({ event, data }) : describe(event, data)}\n`)
    if (ended || !(event === 'order' ? hasEnded(orderOf(data)) : endings.has(event))) continue
    ended = true
    setTimeout(() => done.abort(), AFTERMATH_MS)
  }
  if (ended) return undefined
  process.stderr.write(`murmur: order ${orderId} did not end within ${timeout} s\n`)
  process.exitCode = EXIT.no
  return undefined
}

function describe(event: string, data: unknown): string {
  const { time, data: inner = data } = objectOf(data)
  const about = event === 'order' ? textOf(objectOf(data)['status']) : JSON.stringify(inner)
  return `${paint('dim', textOf(time) ?? new Date().toISOString())}  ${paint('bold', event)}  ${about ?? ''}`
}
