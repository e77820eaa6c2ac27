import type { Evidence } from '../evidence.ts'
import type { Databases } from './databases.ts'

type DomainRows = Pick<
  Evidence,
  'orders' | 'reservations' | 'stocks' | 'adjustments' | 'payments' | 'assessments' | 'captures' | 'refunds' | 'notifications'
>

/** What the rules read of the services' own tables: one statement each. */
const statements = {
  orders: ['order', 'SELECT "orderId", "userId", status, reason, amount::float8, currency, "paymentId", returns, refunds FROM orders'],
  reservations: ['inventory', 'SELECT "orderId", status, amount::float8, currency, lines, returns FROM reservations'],
  stocks: ['inventory', 'SELECT "stockKey", sku, warehouse, available, reserved, total FROM stocks'],
  adjustments: ['inventory', 'SELECT sku, warehouse, cause, sum(quantity)::float8 AS quantity FROM adjustments GROUP BY 1, 2, 3'],
  payments: [
    'payment',
    `SELECT "orderId", "paymentId", status, "waitsFor", reason, amount::float8, currency, "providerReference", refunds,
      "refundedAmount"::float8 FROM payments`,
  ],
  assessments: ['risk', 'SELECT "paymentId", "orderId", level FROM assessments'],
  captures: ['channel', 'SELECT "paymentId", "orderId", status, amount::float8, currency, reference, refunded::float8 FROM captures'],
  refunds: ['channel', 'SELECT "refundId", "paymentId", "orderId", status, amount::float8, currency, reference FROM refunds'],
  notifications: ['notification', 'SELECT cause, "notificationId", "orderId", status FROM notifications'],
} as const satisfies Record<keyof DomainRows, readonly [service: string, text: string]>

export async function domainRows({ rows }: Databases): Promise<DomainRows> {
  const parts = Object.entries(statements).map(async ([part, [service, text]]) => [part, await rows(service, text)] as const)
  return Object.fromEntries(await Promise.all(parts)) as unknown as DomainRows
}

export const stocksOf = ({ rows }: Databases) => rows<Evidence['stocks'][number]>(...statements.stocks)

/** Sagas whose customers have muted something. */
export async function untoldSagas({ rows }: Databases, orders: Evidence['orders']): Promise<ReadonlySet<string>> {
  const muting = await rows<{ userId: string }>('notification', `SELECT "userId" FROM preferences WHERE jsonb_array_length(muted) > 0`)
  const users = new Set(muting.map(({ userId }) => userId))
  return new Set(orders.flatMap(({ orderId, userId }) => (users.has(userId) ? [orderId] : [])))
}
