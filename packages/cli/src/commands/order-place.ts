import { EXIT } from '../errors.ts'
import { paint, type Result } from '../output.ts'
import { type Product, productBySku, someProduct } from '../stack/catalogue.ts'
import { awaitOrder, hasEnded, type OrderView, orderOf, written } from '../stack/orders.ts'
import { api } from '../stack/session.ts'
import type { Stack } from '../stack/stack.ts'
import { kindOf } from './inject.ts'
import { secondsOf, type Wait } from './wait.ts'

interface Options {
  readonly sku?: string
  readonly quantity: number
  readonly method: string
  readonly country: string
  readonly wait?: Wait
  readonly cancelOn?: string
}

/** The gateway waits at most so long. */
const MAX_PREFER = 30

/** `murmur order place`. Exit 0 whenever the saga came to its end, whatever that is; 1 when it did not in time. */
export async function place(stack: Stack, options: Options): Promise<Result> {
  const { quantity, cancelOn } = options
  const cancelEvent = cancelOn === undefined ? undefined : kindOf(cancelOn).type
  const product = options.sku === undefined ? await someProduct(stack, quantity) : await productBySku(stack, options.sku)
  const waitSeconds = options.wait === undefined && cancelEvent === undefined ? 0 : secondsOf(options.wait ?? true)
  const cancelling = cancelEvent === undefined ? undefined : await import('./order-cancel-on.ts')
  const startedAt = performance.now()
  const placed = await post(stack, product, options, cancelEvent === undefined ? waitSeconds : 0)
  if (waitSeconds === 0) return resultOf(placed, product, options, undefined)
  const cancelled =
    cancelEvent === undefined ? undefined : await cancelling?.cancelOn(stack, placed.orderId, cancelEvent, waitSeconds * 1000)
  const left = waitSeconds * 1000 - (performance.now() - startedAt)
  const ended = hasEnded(placed) ? placed : await awaitOrder(stack, placed.orderId, hasEnded, left)
  const sagaMs = Math.round((performance.now() - startedAt) * 10) / 10
  return resultOf(ended, product, options, { sagaMs, ...(cancelled === undefined ? {} : { cancelled }) })
}

async function post(stack: Stack, { productId }: Product, { quantity, method, country }: Options, waitSeconds: number): Promise<OrderView> {
  const body = {
    items: [{ productId, quantity }],
    payment: { method },
    shippingAddress: { name: 'Ada Lindqvist', line1: 'Torstraße 140', city: 'Berlin', postalCode: '10119', country: country.toUpperCase() },
  }
  const prefer = Math.min(MAX_PREFER, Math.ceil(waitSeconds))
  const answer = await api(stack, '/orders', {
    method: 'POST',
    body,
    ...(prefer > 0 ? { headers: { prefer: `wait=${prefer}` } } : {}),
    timeoutMs: 15_000 + prefer * 1000,
  })
  return orderOf(answer.body)
}

interface Waited {
  readonly sagaMs: number
  readonly cancelled?: boolean
}

function resultOf(order: OrderView, { sku }: Product, { quantity, method }: Options, waited: Waited | undefined): Result {
  const { orderId, status, reason, total } = order
  const json = {
    orderId,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(waited === undefined ? {} : { sagaMs: waited.sagaMs }),
    total,
    sku,
    quantity,
    method,
  }
  const ended = hasEnded(order)
  const how = `${paint(status === 'confirmed' ? 'green' : ended ? 'yellow' : 'dim', status)}${reason === undefined ? '' : ` (${reason})`}`
  const lines = [
    `order ${orderId}  ${how}${waited === undefined || !ended ? '' : `  in ${waited.sagaMs} ms`}`,
    `  ${quantity} × ${sku}, ${written(total)}, ${method}`,
  ]
  if (waited !== undefined && !ended) lines.push('  → It did not end in time. `murmur doctor` and `murmur parked list` tell why.')
  if (waited?.cancelled === false)
    lines.push(
      '  → The cancel came too late or its event never did; an earlier event leaves more time, e.g. --cancel-on PaymentAuthorized.',
    )
  lines.push(`  → npm run -s murmur -- trace ${orderId}`)
  const missed = waited !== undefined && (!ended || waited.cancelled === false)
  return { json, text: lines.join('\n'), exitCode: missed ? EXIT.no : EXIT.ok }
}
