import { describe, expect, it } from 'vitest'
import { type AnomalyName, check } from '../src/index.ts'
import { type Draft, inboxOf, published, shop } from './evidence.ts'

/** Spoils a part's row that has these fields. */
function change<Part extends keyof Draft>(draft: Draft, part: Part, where: object, to: object): void {
  const rows = draft[part] as unknown as Record<string, unknown>[]
  const found = rows.findIndex((row) => Object.entries(where).every(([field, value]) => row[field] === value))
  if (found < 0) throw new Error(`no such row of ${part}`)
  draft[part] = rows.map((row, index) => (index === found ? { ...row, ...to } : row)) as never
}

const without = <Row extends object>(rows: readonly Row[], where: Partial<Row>): Row[] =>
  rows.filter((row) => !Object.entries(where).every(([field, value]) => row[field as keyof Row] === value))

/** Adds an event that everybody handles. */
function emit(draft: Draft, event: Draft['events'][number]): void {
  draft.events.push(event)
  draft.inbox = inboxOf(draft.events)
}

interface Planted {
  readonly what: string
  readonly name: AnomalyName
  /** Part of its detail. */
  readonly says: string
  plant(draft: Draft): void
}

const bad = { returnId: 'bad-1', status: 'completed', lines: [{ sku: 'pen', quantity: 1 }], amount: 500 } as const

const planted: readonly Planted[] = [
  {
    what: 'an event that a row records and no topic has',
    name: 'lost',
    says: 'OrderConfirmed was recorded, but is not in its topic',
    plant: (draft) => {
      draft.events.splice(
        draft.events.findIndex(({ id }) => id === 'sold:OrderConfirmed'),
        1,
      )
    },
  },
  {
    what: 'a message that its consumer never handled',
    name: 'lost',
    says: 'StockReserved sold:StockReserved was never handled',
    plant: ({ inbox }) => {
      ;(inbox.get('payment') as Set<string>).delete('sold:StockReserved')
    },
  },
  {
    what: 'a customer who was never told',
    name: 'lost',
    says: 'not told of order_confirmed:sold',
    plant: (draft) => {
      draft.notifications = without(draft.notifications, { orderId: 'sold' })
    },
  },
  {
    what: 'a payment that was charged twice',
    name: 'duplicated_effect',
    says: 'charged 2 times',
    plant: (draft) => {
      draft.statement = [...draft.statement, { type: 'charge', chargeId: 'c-2', reference: 'p-sold', amount: 500, currency: 'EUR' }]
    },
  },
  {
    what: 'a refund that was made twice',
    name: 'duplicated_effect',
    says: 'refunds made twice: r-back',
    plant: (draft) => {
      draft.statement = [...draft.statement, { type: 'refund', chargeId: 'c-back', reference: 'r-back', amount: 500, currency: 'EUR' }]
    },
  },
  {
    what: 'a message that was handled twice',
    name: 'duplicated_effect',
    says: 'event sold:StockReserved has made a second PaymentInitiated',
    plant: (draft) => emit(draft, { ...published('sold', 'PaymentInitiated', 'StockReserved'), id: 'again' }),
  },
  {
    what: 'a fact that happened twice, by different causes',
    name: 'duplicated_effect',
    says: 'PaymentCaptured happened 2 times',
    plant: (draft) => emit(draft, { ...published('sold', 'PaymentCaptured', 'StockReserved'), id: 'again' }),
  },
  {
    what: 'a customer who was told twice',
    name: 'duplicated_effect',
    says: 'told twice of order_confirmed:sold',
    plant: (draft) => {
      const [first] = draft.notifications
      if (first !== undefined) draft.notifications = [...draft.notifications, { ...first, notificationId: 'n-again' }]
    },
  },
  {
    what: 'events that were published in another order than committed',
    name: 'out_of_order',
    says: 'OrderConfirmed lies before OrderPaid',
    plant: (draft) => change(draft, 'events', { id: 'sold:OrderPaid' }, { offset: 1_000 }),
  },
  {
    what: 'a saga in two partitions',
    name: 'out_of_order',
    says: 'its events lie in partitions 0 and 3 of order.events',
    plant: (draft) => change(draft, 'events', { id: 'sold:OrderConfirmed' }, { partition: 3 }),
  },
  {
    what: 'a negative stock',
    name: 'oversold',
    says: 'has -1 available',
    plant: (draft) => change(draft, 'stocks', { sku: 'pen' }, { available: -1, total: -1 }),
  },
  {
    what: 'more pieces sold than came in',
    name: 'oversold',
    says: '0 held and 1 sold of 0',
    plant: (draft) => {
      draft.adjustments = []
      change(draft, 'stocks', { sku: 'pen' }, { available: 0, total: 0 })
    },
  },
  {
    what: 'a piece that was given back twice',
    name: 'stock_created',
    says: 'has 2 pieces; 2 came in and 1 were sold',
    plant: (draft) => change(draft, 'stocks', { sku: 'pen' }, { available: 2, total: 2 }),
  },
  {
    what: 'a piece that was never given back',
    name: 'stock_destroyed',
    says: 'reserves 1 pieces, of which reservations hold 0',
    plant: (draft) => change(draft, 'stocks', { sku: 'pen' }, { available: 0, reserved: 1 }),
  },
  {
    what: 'a capture without a charge',
    name: 'money_created',
    says: 'captured 500, but charged 0',
    plant: (draft) => {
      draft.statement = without(draft.statement, { chargeId: 'c-sold' })
    },
  },
  {
    what: 'a refund that the books do not know',
    name: 'money_created',
    says: 'recorded 0 as refunded, but the provider refunded 500',
    plant: (draft) => {
      draft.statement = [...draft.statement, { type: 'refund', chargeId: 'c-sold', reference: 'r-?', amount: 500, currency: 'EUR' }]
    },
  },
  {
    what: 'a charge that nobody recorded',
    name: 'money_destroyed',
    says: 'for a payment that nobody knows',
    plant: (draft) => {
      draft.statement = [...draft.statement, { type: 'charge', chargeId: 'c-?', reference: 'p-?', amount: 7, currency: 'EUR' }]
    },
  },
  {
    what: 'a refund that was recorded and never made',
    name: 'money_destroyed',
    says: 'recorded 500 as refunded, but the provider refunded 0',
    plant: (draft) => {
      draft.statement = without(draft.statement, { type: 'refund', chargeId: 'c-back' })
    },
  },
  {
    what: 'an order that never ended',
    name: 'stuck_saga',
    says: 'the order is still paid',
    plant: (draft) => change(draft, 'orders', { orderId: 'sold' }, { status: 'paid' }),
  },
  {
    what: 'an effect that is not concluded',
    name: 'stuck_saga',
    says: 'the effect capture',
    plant: (draft) => {
      draft.effects = [{ service: 'channel', id: 'capture:x', name: 'capture', sagaId: 'sold' }]
    },
  },
  {
    what: 'a message that waits for one that never came',
    name: 'stuck_saga',
    says: 'PaymentCaptured is still deferred',
    plant: (draft) => {
      draft.parked = [
        {
          service: 'inventory',
          status: 'deferred',
          reason: 'not_yet',
          detail: '',
          key: 'x',
          eventId: 'e',
          eventType: 'PaymentCaptured',
          place: null,
        },
      ]
    },
  },
  {
    what: 'a confirmed order whose stock went back',
    name: 'mismatched_states',
    says: 'the order is confirmed, but its reservation released',
    plant: (draft) => change(draft, 'reservations', { orderId: 'sold' }, { status: 'released' }),
  },
  {
    what: 'a cancelled order whose money was kept',
    name: 'mismatched_states',
    says: 'the order is by_customer, but its payment success (0 of 500 refunded)',
    plant: (draft) => change(draft, 'payments', { orderId: 'back' }, { status: 'success', refunds: [], refundedAmount: 0 }),
  },
  {
    what: 'a declined refund that nobody tried again',
    name: 'stuck_saga',
    says: 'refund r-no was declined and never tried again',
    plant: (draft) =>
      change(
        draft,
        'payments',
        { orderId: 'bad' },
        { refunds: [{ refundId: 'r-no', amount: 500, status: 'declined', returnId: 'bad-1' }] },
      ),
  },
  {
    what: 'a return that was agreed to and never completed',
    name: 'stuck_saga',
    says: 'return bad-1 was agreed to and never completed',
    plant: (draft) => change(draft, 'orders', { orderId: 'bad' }, { returns: [{ ...bad, status: 'approved' }] }),
  },
  {
    what: 'a return whose goods never came back',
    name: 'mismatched_states',
    says: 'the goods of return bad-1 came back 0 times',
    plant: (draft) => change(draft, 'reservations', { orderId: 'bad' }, { returns: [] }),
  },
  {
    what: 'goods that came back, and no piece more in stock',
    name: 'stock_destroyed',
    says: 'main/pen has 0 pieces; 2 came in and 1 were sold',
    plant: (draft) => change(draft, 'stocks', { stockKey: 'main/pen' }, { available: 0, total: 0 }),
  },
  {
    what: 'a return that nobody agreed to, and goods and money that came back for it',
    name: 'mismatched_states',
    says: 'return bad-1 was not agreed to, and its goods came back',
    plant: (draft) => change(draft, 'orders', { orderId: 'bad' }, { returns: [{ ...bad, status: 'rejected' }] }),
  },
  {
    what: 'a completed return without its money',
    name: 'mismatched_states',
    says: 'return bad-1 is refunded 0 times',
    plant: (draft) => change(draft, 'payments', { orderId: 'bad' }, { refunds: [{ refundId: 'r-yes', amount: 500, status: 'refunded' }] }),
  },
  {
    what: 'a return that is refunded by more than was paid for it',
    name: 'mismatched_states',
    says: 'return bad-1 of 400 is refunded by 500',
    plant: (draft) => change(draft, 'orders', { orderId: 'bad' }, { returns: [{ ...bad, amount: 400 }] }),
  },
  {
    what: 'more returned than was ordered',
    name: 'mismatched_states',
    says: 'returns of 1000 of an order of 500',
    plant: (draft) => change(draft, 'orders', { orderId: 'bad' }, { returns: [bad, { ...bad, returnId: 'bad-2', status: 'requested' }] }),
  },
  {
    what: 'a refund that its order shows as another',
    name: 'mismatched_states',
    says: 'refund r-no is declined for the payment, and the order shows it as pending',
    plant: (draft) =>
      change(
        draft,
        'orders',
        { orderId: 'bad' },
        {
          refunds: [
            { refundId: 'r-no', amount: 500, status: 'pending' },
            { refundId: 'r-yes', amount: 500, status: 'refunded' },
          ],
        },
      ),
  },
  {
    what: 'a customer who was not told that a return is accepted',
    name: 'lost',
    says: 'not told of return_approved:bad-1',
    plant: (draft) => {
      draft.notifications = without(draft.notifications, { cause: 'return_approved:bad-1' })
    },
  },
  {
    what: 'a payment at another amount than its order',
    name: 'mismatched_states',
    says: '400 EUR, where the order has 500 EUR',
    plant: (draft) => change(draft, 'payments', { orderId: 'sold' }, { amount: 400 }),
  },
  {
    what: 'a payment that the risk rejected and that went through',
    name: 'mismatched_states',
    says: 'judged high, but went through',
    plant: (draft) => change(draft, 'assessments', { orderId: 'sold' }, { level: 'high' }),
  },
  {
    what: 'a payment whose provider was never asked',
    name: 'mismatched_states',
    says: 'its capture unknown',
    plant: (draft) => {
      draft.captures = without(draft.captures, { orderId: 'sold' })
    },
  },
  {
    what: 'an order that only other services know',
    name: 'mismatched_states',
    says: 'no order, but inventory, payment, channel know of one',
    plant: (draft) => {
      draft.orders = without(draft.orders, { orderId: 'sold' })
    },
  },
  {
    what: 'an event that no row records',
    name: 'unexplained_difference',
    says: 'StockReleased is in its topic, but no row records it',
    plant: (draft) => emit(draft, published('sold', 'StockReleased', 'StockReserved')),
  },
  {
    what: 'an event that was handled and is in no topic',
    name: 'unexplained_difference',
    says: 'event ghost was handled',
    plant: ({ inbox }) => {
      ;(inbox.get('order') as Set<string>).add('ghost')
    },
  },
  {
    what: 'an event of which nothing says what made it',
    name: 'unexplained_difference',
    says: 'nothing says what made OrderPlaced',
    plant: (draft) => change(draft, 'events', { id: 'sold:OrderPlaced' }, { trigger: undefined }),
  },
  {
    what: 'an event made by one that its service has not handled',
    name: 'unexplained_difference',
    says: 'which payment has not handled',
    plant: ({ inbox }) => {
      ;(inbox.get('payment') as Set<string>).delete('sold:StockReserved')
    },
  },
  {
    what: 'one id with two bodies',
    name: 'unexplained_difference',
    says: 'lies in its topic with two bodies',
    plant: (draft) => {
      const [first] = draft.events
      if (first !== undefined) draft.events.push({ ...first, offset: 99, digest: 2 })
    },
  },
  {
    what: 'an event that stayed in the outbox',
    name: 'unexplained_difference',
    says: 'still in the outbox',
    plant: (draft) => {
      draft.outbox = [{ service: 'order', id: 'e', key: 'sold' }]
    },
  },
  {
    what: 'a timer of a saga that has ended',
    name: 'unexplained_difference',
    says: 'the timer reservation-expires is armed although the saga has ended',
    plant: (draft) => {
      draft.timers = [{ service: 'inventory', sagaId: 'sold', name: 'reservation-expires' }]
    },
  },
  {
    what: 'a customer who was told of what did not happen',
    name: 'unexplained_difference',
    says: 'told of order_failed:sold, which did not happen',
    plant: (draft) => change(draft, 'notifications', { orderId: 'sold' }, { cause: 'order_failed:sold' }),
  },
  {
    what: 'a message that was parked although nobody planted poison',
    name: 'parked',
    says: 'OrderPaid is parked (broken)',
    plant: (draft) => {
      draft.parked = [
        {
          service: 'order',
          status: 'parked',
          reason: 'broken',
          detail: '',
          key: 'sold',
          eventId: 'e',
          eventType: 'OrderPaid',
          place: null,
        },
      ]
    },
  },
  {
    what: 'an event made of another than declared',
    name: 'undeclared_edge',
    says: 'event OrderPlaced → channel → ChannelCaptured is in no subscription',
    plant: (draft) => change(draft, 'events', { id: 'sold:ChannelCaptured' }, { causationId: 'sold:OrderPlaced' }),
  },
]

describe('the checker finds', () => {
  it.each(planted)('$what: $name', ({ name, says, plant }) => {
    const draft = shop()
    plant(draft)
    expect(check(draft)).toContainEqual(expect.objectContaining({ name, detail: expect.stringContaining(says) }))
  })
})

describe('the checker does not mind', () => {
  const minded = (plant: (draft: Draft) => void) => {
    const draft = shop()
    plant(draft)
    return check(draft)
  }

  it('an event that lies in its topic twice, wherever the copies are', () => {
    expect(minded(({ events }) => events.push(...events.map((event) => ({ ...event, offset: event.offset + 500 }))))).toEqual([])
  })

  it('planted poison that is parked, and what waits behind it', () => {
    const behind = { service: 'order', status: 'parked', detail: '', key: 'sold' } as const
    const found = minded((draft) => {
      draft.injected = new Set(['order.events/0/77'])
      draft.parked = [
        { ...behind, reason: 'malformed', eventId: null, eventType: null, place: 'order.events/0/77' },
        { ...behind, reason: 'behind', eventId: 'sold:StockCommitted', eventType: 'StockCommitted', place: 'inventory.events/0/3' },
      ]
      change(draft, 'orders', { orderId: 'sold' }, { status: 'paid' })
      draft.events.splice(
        draft.events.findIndex(({ id }) => id === 'sold:OrderConfirmed'),
        2,
      )
      draft.notifications = without(draft.notifications, { orderId: 'sold' })
      draft.inbox = inboxOf(draft.events)
    })
    expect(found).toEqual([])
  })

  it('a customer who does not want to be told', () => {
    const found = minded((draft) => {
      draft.untold = new Set(['sold'])
      draft.notifications = without(draft.notifications, { orderId: 'sold' })
      draft.events.splice(
        draft.events.findIndex(({ id }) => id === 'sold:NotificationSent'),
        1,
      )
    })
    expect(found).toEqual([])
  })

  it('a return whose refund the provider refused each time, nor one that nobody has decided on', () => {
    const found = minded((draft) => {
      change(draft, 'orders', { orderId: 'bad' }, { returns: [{ ...bad, status: 'requested' }], refunds: [] })
      change(draft, 'reservations', { orderId: 'bad' }, { returns: [] })
      change(draft, 'stocks', { stockKey: 'main/pen' }, { available: 0, total: 0 })
      change(draft, 'payments', { orderId: 'bad' }, { status: 'success', refunds: [], refundedAmount: 0 })
      change(draft, 'captures', { orderId: 'bad' }, { refunded: 0 })
      draft.refunds = without(draft.refunds, { orderId: 'bad' })
      draft.statement = without(draft.statement, { type: 'refund', chargeId: 'c-bad' })
      draft.notifications = draft.notifications.filter(
        ({ cause }) => cause !== 'return_approved:bad-1' && cause !== 'payment_refunded:r-yes',
      )
      const kept = draft.events.filter(
        ({ sagaId, type, id, subject }) =>
          sagaId !== 'bad' ||
          type === 'ReturnRequested' ||
          (subject !== 'bad-1' && !/Refund|bad:again|Notification.*(Return|Refund)/.test(`${type} ${id}`)),
      )
      draft.events.splice(0, draft.events.length, ...kept)
      draft.inbox = inboxOf(draft.events)
    })
    expect(found).toEqual([])
  })

  it('a refund that the provider refused', () => {
    const found = minded((draft) => {
      change(
        draft,
        'payments',
        { orderId: 'back' },
        { status: 'success', refunds: [{ refundId: 'r-back', amount: 500, status: 'failed' }], refundedAmount: 0 },
      )
      change(draft, 'orders', { orderId: 'back' }, { refunds: [{ refundId: 'r-back', amount: 500, status: 'failed' }] })
      change(draft, 'captures', { orderId: 'back' }, { refunded: 0 })
      change(draft, 'refunds', { orderId: 'back' }, { status: 'declined', reference: null })
      draft.statement = without(draft.statement, { type: 'refund', chargeId: 'c-back' })
      draft.notifications = without(draft.notifications, { notificationId: 'n-refund' })
      const gone = new Set(['back:NotificationSent:2', 'back:ChannelRefunded', 'back:PaymentRefunded'])
      const kept = draft.events.filter(({ id }) => !gone.has(id))
      draft.events.splice(0, draft.events.length, ...kept)
      draft.events.push(
        published('back', 'ChannelRefundDeclined', 'PaymentRefundRequested', 'r-back'),
        published('back', 'PaymentRefundFailed', 'ChannelRefundDeclined', 'r-back'),
      )
      draft.inbox = inboxOf(draft.events)
    })
    expect(found).toEqual([])
  })
})
