import { loadMap } from '@murmuration/cli'
import type { Evidence, PublishedEvent } from '../src/index.ts'

const { map } = await loadMap()

export { map }

type Parts<Of> = { -readonly [Key in keyof Of]: Of[Key] }
/** Evidence that a test may spoil. */
export type Draft = Parts<Evidence> & { readonly events: PublishedEvent[] }

const topicOf = new Map(map.events.map(({ type, topic }) => [type, topic]))
const consumersOf = new Map(map.events.map(({ type, consumers }) => [type, consumers]))
const offsets = new Map<string, number>()

/** An event as its service publishes it. `by`: the type of the saga's event that made it, or `command X`, `timer X`. */
export function published(sagaId: string, type: string, by: string, subject?: string): PublishedEvent {
  const topic = topicOf.get(type) ?? ''
  const offset = offsets.get(topic) ?? 0
  offsets.set(topic, offset + 1)
  const made = by.includes(' ') ? { trigger: by } : { causationId: `${sagaId}:${by}` }
  const about = subject === undefined ? {} : { subject }
  return {
    id: `${sagaId}:${type}`,
    type,
    source: topic.replace('.events', ''),
    topic,
    partition: 0,
    offset,
    sagaId,
    digest: 1,
    ...made,
    ...about,
  }
}

/** All consumers have seen all events, as is right. */
export function inboxOf(events: readonly PublishedEvent[]): Map<string, Set<string>> {
  const inbox = new Map<string, Set<string>>()
  for (const { id, type } of events)
    for (const consumer of consumersOf.get(type) ?? []) inbox.set(consumer, (inbox.get(consumer) ?? new Set()).add(id))
  return inbox
}

const line = { sku: 'pen', warehouse: 'main' }

const forward: readonly (readonly [string, string])[] = [
  ['OrderPlaced', 'command PlaceOrder'],
  ['StockReserved', 'OrderPlaced'],
  ['PaymentInitiated', 'StockReserved'],
  ['PaymentRiskCleared', 'PaymentInitiated'],
  ['PaymentAuthorized', 'PaymentRiskCleared'],
  ['ChannelCaptured', 'PaymentAuthorized'],
  ['PaymentCaptured', 'ChannelCaptured'],
  ['OrderPaid', 'PaymentCaptured'],
  ['StockCommitted', 'PaymentCaptured'],
]

/**
 * A shop of four orders of one pen each, at 500: `sold` is confirmed, `back` was cancelled when it was paid, `none` found no stock, and `bad` was given back
 * after it was confirmed; its refund was declined once. All is well.
 */
export function shop(): Draft {
  offsets.clear()
  const of = (sagaId: string, steps: readonly (readonly [string, string, string?])[]) =>
    steps.map(([type, by, subject]) => published(sagaId, type, by, subject))
  const events = [
    ...of('sold', [...forward, ['OrderConfirmed', 'StockCommitted'], ['NotificationSent', 'OrderConfirmed', 'n-sold']]),
    ...of('back', [
      ...forward,
      ['OrderCancelled', 'command CancelOrder'],
      ['StockRestocked', 'OrderCancelled'],
      ['PaymentRefundRequested', 'OrderCancelled', 'r-back'],
      ['ChannelRefunded', 'PaymentRefundRequested', 'r-back'],
      ['PaymentRefunded', 'ChannelRefunded', 'r-back'],
    ]),
    published('back', 'NotificationSent', 'OrderCancelled', 'n-back'),
    { ...published('back', 'NotificationSent', 'PaymentRefunded', 'n-refund'), id: 'back:NotificationSent:2' },
    ...of('bad', [
      ...forward,
      ['OrderConfirmed', 'StockCommitted'],
      ['ReturnRequested', 'command RequestReturn', 'bad-1'],
      ['ReturnApproved', 'command ApproveReturn', 'bad-1'],
      ['StockReturned', 'ReturnApproved', 'bad-1'],
      ['PaymentRefundRequested', 'ReturnApproved', 'r-no'],
      ['ChannelRefundDeclined', 'PaymentRefundRequested', 'r-no'],
    ]),
    { ...published('bad', 'PaymentRefundRequested', 'timer refund-retry', 'r-yes'), id: 'bad:again' },
    { ...published('bad', 'ChannelRefunded', 'x', 'r-yes'), causationId: 'bad:again' },
    ...of('bad', [
      ['PaymentRefunded', 'ChannelRefunded', 'r-yes'],
      ['ReturnCompleted', 'PaymentRefunded', 'bad-1'],
    ]),
    ...['OrderConfirmed', 'ReturnApproved', 'PaymentRefunded'].map((by) => ({
      ...published('bad', 'NotificationSent', by, `n-bad-${by}`),
      id: `bad:NotificationSent:${by}`,
    })),
    ...of('none', [
      ['OrderPlaced', 'command PlaceOrder'],
      ['StockRejected', 'OrderPlaced'],
      ['OrderCancelled', 'StockRejected'],
      ['PaymentFailed', 'OrderCancelled'],
      ['NotificationSent', 'OrderCancelled', 'n-none'],
    ]),
  ]
  const order = { userId: 'u', amount: 500, currency: 'EUR', returns: [], refunds: [] }
  const payment = { amount: 500, currency: 'EUR', waitsFor: null, refunds: [], refundedAmount: 0, reason: null, providerReference: null }
  const lines = [{ ...line, quantity: 1 }]
  return {
    map,
    orders: [
      { ...order, orderId: 'sold', status: 'confirmed', reason: null, paymentId: 'p-sold' },
      {
        ...order,
        orderId: 'back',
        status: 'cancelled',
        reason: 'by_customer',
        paymentId: 'p-back',
        refunds: [{ refundId: 'r-back', amount: 500, status: 'refunded' }],
      },
      {
        ...order,
        orderId: 'bad',
        status: 'confirmed',
        reason: null,
        paymentId: 'p-bad',
        returns: [{ returnId: 'bad-1', status: 'completed', lines: [{ sku: 'pen', quantity: 1 }], amount: 500 }],
        refunds: [
          { refundId: 'r-no', amount: 500, status: 'retried' },
          { refundId: 'r-yes', amount: 500, status: 'refunded' },
        ],
      },
      { ...order, orderId: 'none', status: 'cancelled', reason: 'out_of_stock', paymentId: null },
    ],
    reservations: [
      { orderId: 'sold', status: 'committed', amount: 500, currency: 'EUR', lines, returns: [] },
      { orderId: 'back', status: 'restocked', amount: 500, currency: 'EUR', lines, returns: [] },
      { orderId: 'bad', status: 'committed', amount: 500, currency: 'EUR', lines, returns: [{ returnId: 'bad-1', lines }] },
      { orderId: 'none', status: 'rejected', amount: 500, currency: 'EUR', lines, returns: [] },
    ],
    stocks: [{ ...line, stockKey: 'main/pen', available: 1, reserved: 0, total: 1 }],
    adjustments: [{ ...line, cause: 'restock', quantity: 2 }],
    payments: [
      { ...payment, orderId: 'sold', paymentId: 'p-sold', status: 'success', providerReference: 'c-sold' },
      {
        ...payment,
        orderId: 'back',
        paymentId: 'p-back',
        status: 'refunded',
        providerReference: 'c-back',
        refunds: [{ refundId: 'r-back', amount: 500, status: 'refunded' }],
        refundedAmount: 500,
      },
      {
        ...payment,
        orderId: 'bad',
        paymentId: 'p-bad',
        status: 'refunded',
        providerReference: 'c-bad',
        refunds: [
          { refundId: 'r-no', amount: 500, status: 'declined', returnId: 'bad-1', retriedBy: 'r-yes' },
          { refundId: 'r-yes', amount: 500, status: 'refunded', returnId: 'bad-1' },
        ],
        refundedAmount: 500,
      },
      { ...payment, orderId: 'none', paymentId: 'p-none', status: 'failed', reason: 'order_cancelled' },
    ],
    assessments: [
      { paymentId: 'p-sold', orderId: 'sold', level: 'low' },
      { paymentId: 'p-back', orderId: 'back', level: 'medium' },
      { paymentId: 'p-bad', orderId: 'bad', level: 'low' },
    ],
    captures: [
      { paymentId: 'p-sold', orderId: 'sold', status: 'captured', amount: 500, currency: 'EUR', reference: 'c-sold', refunded: 0 },
      { paymentId: 'p-back', orderId: 'back', status: 'captured', amount: 500, currency: 'EUR', reference: 'c-back', refunded: 500 },
      { paymentId: 'p-bad', orderId: 'bad', status: 'captured', amount: 500, currency: 'EUR', reference: 'c-bad', refunded: 500 },
    ],
    refunds: [
      { refundId: 'r-back', paymentId: 'p-back', orderId: 'back', status: 'refunded', amount: 500, currency: 'EUR', reference: 're-back' },
      { refundId: 'r-no', paymentId: 'p-bad', orderId: 'bad', status: 'declined', amount: 500, currency: 'EUR', reference: null },
      { refundId: 'r-yes', paymentId: 'p-bad', orderId: 'bad', status: 'refunded', amount: 500, currency: 'EUR', reference: 're-bad' },
    ],
    notifications: [
      { cause: 'order_confirmed:sold', notificationId: 'n-sold', orderId: 'sold', status: 'sent' },
      { cause: 'order_cancelled:back', notificationId: 'n-back', orderId: 'back', status: 'sent' },
      { cause: 'payment_refunded:r-back', notificationId: 'n-refund', orderId: 'back', status: 'sent' },
      { cause: 'order_confirmed:bad', notificationId: 'n-bad-OrderConfirmed', orderId: 'bad', status: 'sent' },
      { cause: 'return_approved:bad-1', notificationId: 'n-bad-ReturnApproved', orderId: 'bad', status: 'sent' },
      { cause: 'payment_refunded:r-yes', notificationId: 'n-bad-PaymentRefunded', orderId: 'bad', status: 'sent' },
      { cause: 'order_cancelled:none', notificationId: 'n-none', orderId: 'none', status: 'sent' },
    ],
    statement: [
      { type: 'charge', chargeId: 'c-sold', reference: 'p-sold', amount: 500, currency: 'EUR' },
      { type: 'charge', chargeId: 'c-back', reference: 'p-back', amount: 500, currency: 'EUR' },
      { type: 'refund', chargeId: 'c-back', reference: 'r-back', amount: 500, currency: 'EUR' },
      { type: 'charge', chargeId: 'c-bad', reference: 'p-bad', amount: 500, currency: 'EUR' },
      { type: 'refund', chargeId: 'c-bad', reference: 'r-yes', amount: 500, currency: 'EUR' },
    ],
    events,
    inbox: inboxOf(events),
    outbox: [],
    timers: [],
    effects: [],
    parked: [],
    injected: new Set(),
  }
}
