import { randomUUID } from 'node:crypto'

/** What a saga's steps know of it. */
export interface BareSaga {
  readonly orderId: string
  readonly paymentId: string
  readonly userId: string
  readonly sku: string
  readonly amount: number
}

export const bareSaga = (n: number, skus: readonly string[]): BareSaga => ({
  orderId: randomUUID(),
  paymentId: randomUUID(),
  userId: `user-${n % 20}`,
  sku: skus[n % skus.length] ?? '',
  amount: 4990,
})

/** A prepared statement that has to change exactly one row. */
export interface Statement {
  readonly name: string
  readonly text: string
  values(saga: BareSaga): unknown[]
}

const address = JSON.stringify({ name: 'Bench Buyer', line1: 'Loopback Lane 1', city: 'Lisboa', postalCode: '1000-001', country: 'PT' })
const itemsOf = ({ sku, amount }: BareSaga): string => {
  const price = { amount, currency: 'EUR' }
  return JSON.stringify([
    {
      productId: 'a4f0f6d2-6f5e-8a3b-9c1d-2e7b8f9a0c1d',
      sku,
      name: 'A thing of the catalogue',
      unitPrice: price,
      quantity: 1,
      subtotal: price,
    },
  ])
}
const linesOf = ({ sku }: BareSaga): string => JSON.stringify([{ sku, warehouse: 'main', quantity: 1 }])

const statement = (name: string, text: string, values: Statement['values']): Statement => ({ name, text, values })
const byOrder = ({ orderId }: BareSaga): unknown[] => [orderId]
const stockOf = ({ sku }: BareSaga): unknown[] => [`main/${sku}`]

const payment = (name: string, from: string, set: string): Statement =>
  statement(name, `update payments set ${set}, "updatedAt" = now(), version = version + 1 where "orderId" = $1 and ${from}`, byOrder)
const order = (name: string, from: string, to: string): Statement =>
  statement(
    name,
    `update orders set status = '${to}', "updatedAt" = now(), version = version + 1,
       history = history || jsonb_build_array(jsonb_build_object('status', '${to}', 'at', now())) where "orderId" = $1 and status = '${from}'`,
    byOrder,
  )

/**
 * The durable steps of a confirmed order, in their order: each is one transaction. They are the transactions that the choreography makes when
 * nothing shares one, its two side effects (capture, notification) with intent and result apart. What guards a step is in its statement's
 * condition, so that no row is read first; a step of one statement needs no BEGIN and COMMIT. Nothing is quicker with this driver.
 */
export const steps: readonly { readonly name: string; readonly statements: readonly Statement[] }[] = [
  {
    name: 'order placed',
    statements: [
      statement(
        'place',
        `insert into orders ("orderId", "userId", status, amount, currency, items, "shippingAddress", method, source, "stockCommitted", history, "placedAt", "updatedAt")
         values ($1, $2, 'pending', $3, 'EUR', $4, $5, 'credit_card', 'channel', false, jsonb_build_array(jsonb_build_object('status', 'pending', 'at', now())), now(), now())`,
        (saga) => [saga.orderId, saga.userId, saga.amount, itemsOf(saga), address],
      ),
    ],
  },
  {
    name: 'stock reserved',
    statements: [
      statement(
        'reserve',
        `insert into reservations ("orderId", status, "userId", amount, currency, lines, "expiresAt")
         values ($1, 'held', $2, $3, 'EUR', $4, now() + interval '15 minutes')`,
        (saga) => [saga.orderId, saga.userId, saga.amount, linesOf(saga)],
      ),
      statement(
        'hold',
        `update stocks set available = available - 1, reserved = reserved + 1, version = version + 1 where "stockKey" = $1 and available >= 1`,
        stockOf,
      ),
    ],
  },
  {
    name: 'payment opened',
    statements: [
      statement(
        'open',
        `insert into payments ("orderId", "userId", "paymentId", status, "waitsFor", amount, currency, method, source, country, "orderCancelled", refunds, "refundedAmount", "createdAt", "updatedAt")
         values ($1, $2, $3, 'pending', 'stock', $4, 'EUR', 'credit_card', 'channel', 'PT', false, '[]', 0, now(), now())`,
        (saga) => [saga.orderId, saga.userId, saga.paymentId, saga.amount],
      ),
    ],
  },
  { name: 'payment initiated', statements: [payment('initiate', `"waitsFor" = 'stock'`, `"waitsFor" = 'risk'`)] },
  {
    name: 'risk decided',
    statements: [
      statement(
        'decide',
        `insert into decisions ("paymentId", "orderId", "userId", amount, currency, score, level, reasons, "decidedAt")
         values ($1, $2, $3, $4, 'EUR', 10, 'low', '[]', now())`,
        (saga) => [saga.paymentId, saga.orderId, saga.userId, saga.amount],
      ),
      statement(
        'window',
        `insert into activity ("userId", minutes) values ($1, '[{"minute":1,"count":1,"sum":4990}]')
         on conflict ("userId") do update set minutes = excluded.minutes, version = activity.version + 1`,
        (saga) => [saga.userId],
      ),
    ],
  },
  {
    name: 'payment authorised',
    statements: [payment('authorise', `"waitsFor" = 'risk'`, `status = 'processing', "waitsFor" = 'channel'`)],
  },
  {
    name: 'capture intended',
    statements: [
      statement(
        'intend',
        `insert into captures ("paymentId", "orderId", amount, currency, method, status) values ($1, $2, $3, 'EUR', 'credit_card', 'pending')`,
        (saga) => [saga.paymentId, saga.orderId, saga.amount],
      ),
    ],
  },
  {
    name: 'capture settled',
    statements: [
      statement(
        'settle',
        `update captures set status = 'captured', "providerReference" = $2, "settledAt" = now(), version = version + 1 where "paymentId" = $1 and status = 'pending'`,
        (saga) => [saga.paymentId, `ch_${saga.paymentId}`],
      ),
    ],
  },
  {
    name: 'payment captured',
    statements: [
      payment(
        'capture',
        `status = 'processing'`,
        `status = 'success', "waitsFor" = null, "providerReference" = 'ch', "capturedAt" = now()`,
      ),
    ],
  },
  {
    name: 'stock committed',
    statements: [
      statement(
        'commit',
        `update reservations set status = 'committed', version = version + 1 where "orderId" = $1 and status = 'held'`,
        byOrder,
      ),
      statement(
        'take',
        `update stocks set reserved = reserved - 1, total = total - 1, version = version + 1 where "stockKey" = $1 and reserved >= 1`,
        stockOf,
      ),
    ],
  },
  { name: 'order paid', statements: [order('pay', 'pending', 'paid')] },
  { name: 'order confirmed', statements: [order('confirm', 'paid', 'confirmed')] },
  {
    name: 'notification intended',
    statements: [
      statement(
        'notify',
        `insert into notifications ("notificationId", "orderId", "userId", template, medium, status, "createdAt")
         values ($1, $2, $3, 'order_confirmed', 'log', 'pending', now())`,
        (saga) => [`order_confirmed:${saga.orderId}`, saga.orderId, saga.userId],
      ),
    ],
  },
  {
    name: 'notification sent',
    statements: [
      statement(
        'sent',
        `update notifications set status = 'sent', "sentAt" = now(), version = version + 1 where "notificationId" = $1 and status = 'pending'`,
        (saga) => [`order_confirmed:${saga.orderId}`],
      ),
    ],
  },
]
