import { listOf, objectOf, textOf } from '../json.ts'
import { type Result, tableOf } from '../output.ts'
import { moneyOf, written } from '../stack/orders.ts'
import { api } from '../stack/session.ts'
import type { Stack } from '../stack/stack.ts'

/** `murmur refunds list`: those that the provider has declined for good. */
export async function list(stack: Stack): Promise<Result> {
  const { body } = await api(stack, '/refunds/failed', {}, 'admin')
  const items = listOf(objectOf(body)['items']).map(objectOf)
  const rows = items.map((each) => [
    ...['paymentId', 'refundId', 'orderId'].map((name) => textOf(each[name]) ?? ''),
    written(moneyOf(each['amount'])),
    textOf(each['detail']) ?? '',
  ])
  return {
    json: items,
    text: rows.length === 0 ? 'no refund waits for you' : tableOf([['payment', 'refund', 'order', 'amount', 'the provider says'], ...rows]),
  }
}

/** `murmur refunds retry` */
export async function retry(stack: Stack, paymentId: string, refundId: string): Promise<Result> {
  const path = `/payments/${encodeURIComponent(paymentId)}/refunds/${encodeURIComponent(refundId)}/retry`
  const { body } = await api(stack, path, { method: 'POST' }, 'admin')
  const { refundId: again, status } = objectOf(body)
  return { json: body, text: `tried again as refund ${String(again)}, which is ${String(status)}` }
}
