import { type Decision, type Ignored, RuleViolation } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { ada, bob, now, orderId, paymentId, pending, said } from '../../test/examples.ts'
import { cancelByCustomer, giveUp, paymentFailed, stockGone } from './ending.ts'
import { move, type Order, type OrderStatus, transitions } from './order.ts'
import { paymentCaptured, stockCommitted } from './progress.ts'

const at = now.toISOString()
const paid = move(pending, { status: 'paid', reason: null, paymentId }, at)
const confirmed = move({ ...paid, stockCommitted: true }, { status: 'confirmed', reason: null, paymentId }, at)
const cancelled = move(pending, { status: 'cancelled', reason: 'by_customer', paymentId: null }, at)
const failed = move(pending, { status: 'failed', reason: 'parked for ever', paymentId: null }, at)
const given: Record<OrderStatus, Order> = { pending, paid, confirmed, cancelled, failed }

const when: Record<keyof typeof transitions, (order: Order) => Decision<{ order: Order }> | Ignored> = {
  StockRejected: (order) => stockGone(order, 'StockRejected', now),
  StockReservationExpired: (order) => stockGone(order, 'StockReservationExpired', now),
  PaymentFailed: (order) => paymentFailed(order, said.failed, now),
  PaymentCaptured: (order) => paymentCaptured(order, said.captured, now),
  StockCommitted: (order) => stockCommitted(order, said.committed, now),
  CancelOrder: (order) => cancelByCustomer(order, ada, now),
  FailOrder: (order) => giveUp(order, 'parked for ever', now),
}

/** What a decision comes to: the ignored reason, the refusal's code, or the new status and the events. */
function outcome(decide: () => Decision<{ order: Order }> | Ignored): string {
  try {
    const decision = decide()
    if ('ignored' in decision) return 'ignored'
    if (decision.rows === undefined) return 'answered'
    return [decision.rows.order.status, ...(decision.events ?? []).map(({ event }) => event.type)].join(' ')
  } catch (error) {
    return error instanceof RuleViolation ? error.code : String(error)
  }
}

describe('every fact and command in every status', () => {
  const c = 'contradiction'
  const expected: Record<keyof typeof transitions, Record<OrderStatus, string>> = {
    StockRejected: { pending: 'cancelled OrderCancelled', paid: c, confirmed: c, cancelled: 'ignored', failed: 'ignored' },
    StockReservationExpired: {
      pending: 'cancelled OrderCancelled',
      paid: 'cancelled OrderCancelled',
      confirmed: c,
      cancelled: 'ignored',
      failed: 'ignored',
    },
    PaymentFailed: { pending: 'cancelled OrderCancelled', paid: c, confirmed: c, cancelled: 'ignored', failed: 'ignored' },
    PaymentCaptured: { pending: 'paid OrderPaid', paid: 'ignored', confirmed: 'ignored', cancelled: 'ignored', failed: 'ignored' },
    StockCommitted: { pending: 'pending', paid: 'confirmed OrderConfirmed', confirmed: 'ignored', cancelled: 'ignored', failed: 'ignored' },
    CancelOrder: {
      pending: 'cancelled OrderCancelled',
      paid: 'cancelled OrderCancelled',
      confirmed: 'order_not_cancellable',
      cancelled: 'answered',
      failed: 'order_not_cancellable',
    },
    FailOrder: {
      pending: 'failed OrderFailed',
      paid: 'failed OrderFailed',
      confirmed: 'order_already_ended',
      cancelled: 'order_already_ended',
      failed: 'answered',
    },
  }
  for (const [fact, row] of Object.entries(expected) as [keyof typeof transitions, Record<OrderStatus, string>][])
    for (const [status, result] of Object.entries(row) as [OrderStatus, string][])
      it(`${fact} on a ${status} order: ${result}`, () => {
        expect(outcome(() => when[fact](given[status]))).toBe(result)
      })
})

describe('an order', () => {
  it('is paid and confirmed at once when the stock was committed before its payment was seen', () => {
    expect(outcome(() => paymentCaptured({ ...pending, stockCommitted: true }, said.captured, now))).toBe(
      'confirmed OrderPaid OrderConfirmed',
    )
  })

  it('writes every step into its history, with the reason', () => {
    const decision = cancelByCustomer(paid, ada, now)
    expect(decision.rows?.order.history).toEqual([
      { status: 'pending', at: pending.placedAt },
      { status: 'paid', at },
      { status: 'cancelled', at, reason: 'by_customer' },
    ])
  })

  it('says in OrderCancelled from which status it was cancelled, and why', () => {
    expect(stockGone(paid, 'StockReservationExpired', now)).toMatchObject({
      events: [{ data: { orderId, from: 'paid', reason: 'expired' } }],
    })
    expect(stockGone(pending, 'StockRejected', now)).toMatchObject({ events: [{ data: { from: 'pending', reason: 'out_of_stock' } }] })
  })

  it('is not there for another user', () => {
    expect(() => cancelByCustomer(pending, bob, now)).toThrow(expect.objectContaining({ code: 'order_not_found', status: 404 }))
    expect(() => cancelByCustomer(undefined, ada, now)).toThrow(expect.objectContaining({ code: 'order_not_found', status: 404 }))
  })

  it.each([
    ['amount', { amount: { amount: 1, currency: 'EUR' } }, 'forged_amount'],
    ['currency', { amount: { amount: 10970, currency: 'USD' } }, 'forged_amount'],
    ['user', { userId: bob }, 'forged_user'],
  ] as const)('refuses a payment with another %s', (_what, forged, code) => {
    expect(outcome(() => paymentCaptured(pending, { ...said.captured, ...forged }, now))).toBe(code)
    expect(outcome(() => paymentFailed(pending, { ...said.failed, ...forged }, now))).toBe(code)
  })

  it('refuses a second payment, also when it is confirmed', () => {
    const other = { ...said.captured, paymentId: bob }
    expect(outcome(() => paymentCaptured(paid, other, now))).toBe('forged_payment')
    expect(outcome(() => paymentCaptured(confirmed, other, now))).toBe('forged_payment')
  })

  it('takes committed stock from several warehouses, and refuses other goods', () => {
    const split = [
      { sku: 'CABLE', warehouse: 'north', quantity: 1 },
      { sku: 'CABLE', warehouse: 'south', quantity: 1 },
      { sku: 'KEYBOARD', warehouse: 'main', quantity: 1 },
    ]
    expect(outcome(() => stockCommitted(paid, { orderId, lines: split }, now))).toBe('confirmed OrderConfirmed')
    expect(outcome(() => stockCommitted(paid, { orderId, lines: split.slice(1) }, now))).toBe('forged_stock')
  })

  it('says of each line which warehouses it came from', () => {
    const cables = paid.items.filter(({ sku }) => sku === 'CABLE')
    const twice = { ...paid, items: [...paid.items, ...cables] }
    const lines = [
      { sku: 'CABLE', warehouse: 'north', quantity: 3 },
      { sku: 'CABLE', warehouse: 'south', quantity: 1 },
      { sku: 'KEYBOARD', warehouse: 'main', quantity: 1 },
    ]
    expect(stockCommitted(twice, { orderId, lines }, now)).toMatchObject({
      rows: {
        order: {
          items: [
            { sku: 'KEYBOARD', sources: [{ warehouse: 'main', quantity: 1 }] },
            { sku: 'CABLE', sources: [{ warehouse: 'north', quantity: 2 }] },
            {
              sku: 'CABLE',
              sources: [
                { warehouse: 'north', quantity: 1 },
                { warehouse: 'south', quantity: 1 },
              ],
            },
          ],
        },
      },
    })
  })
})
