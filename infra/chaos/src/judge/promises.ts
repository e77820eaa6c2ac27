import type { Anomaly, Databases } from '@murmuration/checker'
import type { Promises } from '../load/load.ts'

/** Whatever the gateway has answered with 2xx is there: nothing acknowledged was lost. */
export async function brokenPromises(databases: Databases, { orders, cancelled, refunds, returns }: Promises): Promise<Anomaly[]> {
  const placed = await databases.rows<{ orderId: string; status: string; returns: readonly { returnId: string }[] }>(
    'order',
    'SELECT "orderId", status, returns FROM orders',
  )
  const returnsOf = new Map(placed.map((order) => [order.orderId, order.returns.map(({ returnId }) => returnId)]))
  const statuses = new Map(placed.map(({ orderId, status }) => [orderId, status]))
  const paid = await databases.rows<{ orderId: string; ids: string[] }>(
    'payment',
    `SELECT "orderId", array(SELECT refund->>'refundId' FROM json_array_elements(refunds::json) AS refund) AS ids FROM payments`,
  )
  const refundsOf = new Map(paid.map(({ orderId, ids }) => [orderId, ids]))
  const lost = (service: string, sagaId: string, detail: string): Anomaly => ({ name: 'lost', service, sagaId, detail })
  return [
    ...[...orders].filter((id) => !statuses.has(id)).map((id) => lost('order', id, 'the order was accepted, and is not there')),
    ...[...cancelled]
      .filter((id) => statuses.get(id) !== 'cancelled')
      .map((id) => lost('order', id, `the cancellation was accepted, and the order is ${String(statuses.get(id))}`)),
    ...[...refunds]
      .filter(([id, refundId]) => !refundsOf.get(id)?.includes(refundId))
      .map(([id, refundId]) => lost('payment', id, `refund ${refundId} was accepted, and is not there`)),
    ...[...returns]
      .filter(([id, returnId]) => !returnsOf.get(id)?.includes(returnId))
      .map(([id, returnId]) => lost('order', id, `return ${returnId} was accepted, and is not there`)),
  ]
}
