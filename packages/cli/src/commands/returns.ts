import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT, refused } from '../errors.ts'
import { type JsonObject, listOf, objectOf, textOf } from '../json.ts'
import { type Result, tableOf } from '../output.ts'
import { moneyOf, written } from '../stack/orders.ts'
import { api } from '../stack/session.ts'
import type { Stack } from '../stack/stack.ts'
import { secondsOf, type Wait } from './wait.ts'

interface Wanted {
  readonly sku?: string
  readonly quantity: number
  readonly reason: string
  readonly wait?: Wait
}

const pathOf = (orderId: string) => `/orders/${encodeURIComponent(orderId)}`

/** `murmur order return`. With --wait: exit 0 when it is completed or rejected in time. */
export async function giveBack(stack: Stack, orderId: string, { sku, quantity, reason, wait }: Wanted): Promise<Result> {
  const items = sku === undefined ? {} : { items: [{ productId: await productOf(stack, orderId, sku), quantity }] }
  const { body } = await api(stack, `${pathOf(orderId)}/returns`, { method: 'POST', body: { ...items, reason } })
  if (wait === undefined) return { json: body, text: describe(objectOf(body)) }
  const returned = await ended(stack, orderId, textOf(objectOf(body)['returnId']), secondsOf(wait) * 1000)
  return { json: returned, text: describe(returned), exitCode: hasEnded(returned) ? EXIT.ok : EXIT.no }
}

async function productOf(stack: Stack, orderId: string, sku: string): Promise<string> {
  const order = objectOf((await api(stack, pathOf(orderId))).body)
  const item = listOf(order['items'])
    .map(objectOf)
    .find((each) => each['sku'] === sku)
  const productId = textOf(item?.['productId'])
  if (productId === undefined) throw refused(`order ${orderId} has no ${sku}`)
  return productId
}

async function ended(stack: Stack, orderId: string, returnId: string | undefined, timeoutMs: number): Promise<JsonObject> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const order = objectOf((await api(stack, pathOf(orderId))).body)
    const returned = listOf(order['returns'])
      .map(objectOf)
      .find((each) => each['returnId'] === returnId)
    if (returned === undefined) throw refused(`order ${orderId} shows no return ${returnId}`)
    if (hasEnded(returned) || Date.now() >= deadline) return returned
    await sleep(100)
  }
}

const hasEnded = ({ status }: JsonObject): boolean => status === 'completed' || status === 'rejected'

/** `murmur returns list`: those that wait for an administrator. */
export async function list(stack: Stack): Promise<Result> {
  const { body } = await api(stack, '/returns', {}, 'admin')
  const items = listOf(objectOf(body)['items']).map(objectOf)
  const rows = items.map((each) => [
    textOf(each['orderId']) ?? '',
    textOf(each['returnId']) ?? '',
    written(moneyOf(each['amount'])),
    goodsOf(each),
    textOf(each['reason']) ?? '',
  ])
  return {
    json: items,
    text: rows.length === 0 ? 'no return waits for you' : tableOf([['order', 'return', 'amount', 'goods', 'reason'], ...rows]),
  }
}

/** `murmur returns approve` and `murmur returns reject` */
export async function decide(stack: Stack, orderId: string, returnId: string, rejection: { reason: string } | undefined): Promise<Result> {
  const path = `${pathOf(orderId)}/returns/${encodeURIComponent(returnId)}/${rejection === undefined ? 'approve' : 'reject'}`
  const { body } = await api(stack, path, { method: 'POST', ...(rejection === undefined ? {} : { body: rejection }) }, 'admin')
  return { json: body, text: describe(objectOf(body)) }
}

function describe(returned: JsonObject): string {
  const { returnId, status, refund, restocked, rejection } = returned
  const goods = restocked === true ? 'goods are back' : 'goods are not back yet'
  const more = refund === undefined ? (textOf(rejection) ?? '') : `refund ${String(refund)}, ${goods}`
  return `return ${String(returnId)} of ${written(moneyOf(returned['amount']))} (${goodsOf(returned)}) is ${String(status)}${more && `: ${more}`}`
}

const goodsOf = ({ lines }: JsonObject): string =>
  listOf(lines)
    .map(objectOf)
    .map(({ sku, quantity }) => `${String(quantity)} × ${String(sku)}`)
    .join(', ')
