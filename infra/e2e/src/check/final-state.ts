import { rowsOf } from './databases.ts'

/** What all services know of an order, one row or list each; `null` where there is nothing. */
export interface FinalState {
  readonly order: { status: string; reason: string | null } | null
  readonly reservation: string | null
  readonly payment: { status: string; reason: string | null; refunded: number } | null
  readonly risk: string | null
  readonly capture: { status: string; refunded: number } | null
  /** Templates of what was sent. */
  readonly notifications: string[]
}

const first = <T>(rows: readonly T[]): T | null => rows[0] ?? null

export async function stateOf(orderId: string): Promise<FinalState> {
  const [order, reservation, payment, risk, capture, notifications] = await Promise.all([
    rowsOf<{ status: string; reason: string | null }>('order', `select status, reason from orders where "orderId" = $1`, [orderId]),
    rowsOf<{ status: string }>('inventory', `select status from reservations where "orderId" = $1`, [orderId]),
    rowsOf<{ status: string; reason: string | null; refunded: number }>(
      'payment',
      `select status, reason, "refundedAmount"::float8 as refunded from payments where "orderId" = $1`,
      [orderId],
    ),
    rowsOf<{ level: string }>('risk', `select level from assessments where "orderId" = $1`, [orderId]),
    rowsOf<{ status: string; refunded: number }>(
      'channel',
      `select status, refunded::float8 as refunded from captures where "orderId" = $1`,
      [orderId],
    ),
    rowsOf<{ template: string }>(
      'notification',
      `select template from notifications where "orderId" = $1 and status = 'sent' order by template`,
      [orderId],
    ),
  ])
  return {
    order: first(order),
    reservation: first(reservation)?.status ?? null,
    payment: first(payment),
    risk: first(risk)?.level ?? null,
    capture: first(capture),
    notifications: notifications.map(({ template }) => template),
  }
}

/** Messages that some service has parked for the saga. */
export async function parkedOf(sagaId: string): Promise<{ service: string; reason: string; detail: string }[]> {
  const services = ['order', 'inventory', 'payment', 'risk', 'channel', 'notification']
  const found = await Promise.all(
    services.map(async (service) => {
      const rows = await rowsOf<{ reason: string; detail: string }>(
        service,
        `select reason, detail from choreography.parked where key = $1 and status = 'parked' order by seq`,
        [sagaId],
      )
      return rows.map((row) => ({ service, ...row }))
    }),
  )
  return found.flat()
}
