import { type Decision, type Ignored, type NotYet, RuleViolation } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { ada, admin, bob, now, paymentId, pending, products, refundId, returnId, saidOfReturn } from '../../test/examples.ts'
import { move, type Order, type OrderStatus } from './order.ts'
import { nothingToRefund, refunded, refundFailed, refundRequested, stockReturned } from './refunds.ts'
import { type ReturnStatus, returnView, transitions } from './return.ts'
import { approveReturn, type ReturnWish, rejectReturn, requestReturn } from './return-request.ts'

const at = now.toISOString()
const DAY_MS = 86_400_000
const rules = { withoutApproval: 0, withinMs: 30 * DAY_MS }
const paid = move(pending, { status: 'paid', reason: null, paymentId }, at)
const confirmed = move({ ...paid, stockCommitted: true }, { status: 'confirmed', reason: null, paymentId }, at)
const wish: ReturnWish = {
  orderId: pending.orderId,
  returnId,
  userId: ada,
  items: [{ productId: products.cable, quantity: 1 }],
  reason: 'Too short.',
  rules,
}
const said = saidOfReturn(returnId)

type Decided = Decision<{ order: Order }> | Ignored | NotYet
const after = (decided: Decided): Order => {
  const order = 'rows' in decided ? decided.rows?.order : undefined
  if (order === undefined) throw new Error(`nothing changed: ${JSON.stringify(decided)}`)
  return order
}
/** What a decision comes to: the refusal's code, or the return's status and the events. */
function outcome(decide: () => Decided): string {
  try {
    const decided = decide()
    if ('ignored' in decided) return 'ignored'
    if ('notYet' in decided) return 'early'
    if (decided.rows === undefined) return 'answered'
    for (const { event, data } of decided.events ?? []) expect(event.validate(data)).toEqual([])
    return [decided.rows.order.returns.at(-1)?.status ?? 'none', ...(decided.events ?? []).map(({ event }) => event.type)].join(' ')
  } catch (error) {
    return error instanceof RuleViolation ? error.code : String(error)
  }
}
const ask = (order: Order | undefined, more: Partial<ReturnWish> = {}, time = now) =>
  outcome(() => requestReturn(order, { ...wish, ...more }, time))

const requested = after(requestReturn(confirmed, wish, now))
const approved = after(approveReturn(requested, returnId, admin, now))
const rejected = after(rejectReturn(requested, { returnId, reason: 'It was cut.', rejectedBy: admin }, now))
const refunding = after(refundRequested(approved, said.requested, now))
const completed = after(stockReturned(after(refunded(refunding, said.refunded, now)), said.stockReturned, now))
const given: Record<ReturnStatus, Order> = { requested, approved, rejected, completed }

describe('asking for a return', () => {
  it('is for what a confirmed order has brought, by its own price', () => {
    expect(requestReturn(confirmed, wish, now)).toMatchObject({
      events: [{ data: { amount: { amount: 1490, currency: 'EUR' }, lines: [{ sku: 'CABLE', quantity: 1 }], reason: 'Too short.' } }],
      reply: { returnId, status: 'requested' },
    })
    const { items: _, ...all } = wish
    expect(requestReturn(confirmed, all, now)).toMatchObject({ events: [{ data: { amount: { amount: 10970 }, lines: [{}, {}] } }] })
  })

  it.each<[OrderStatus, Order]>([
    ['pending', pending],
    ['paid', paid],
    ['cancelled', move(paid, { status: 'cancelled', reason: 'by_customer', paymentId }, at)],
    ['failed', move(paid, { status: 'failed', reason: 'stuck', paymentId }, at)],
  ])('is refused of a %s order, which has brought nothing', (_status, order) => {
    expect(ask(order)).toBe('order_not_returnable')
  })

  it('is for the customer only', () => {
    expect([ask(confirmed, { userId: bob }), ask(undefined)]).toEqual(['order_not_found', 'order_not_found'])
  })

  it('is possible for thirty days', () => {
    const end = now.getTime() + 30 * DAY_MS
    expect(ask(confirmed, {}, new Date(end))).toBe('requested ReturnRequested')
    expect(ask(confirmed, {}, new Date(end + 1))).toBe('return_window_closed')
  })

  it('is never for more than was ordered, all returns together; a rejected one does not count', () => {
    const cables = (quantity: number) => ({ returnId: refundId, items: [{ productId: products.cable, quantity }] })
    expect(ask(confirmed, cables(3))).toBe('return_exceeds_ordered')
    expect(ask(requested, cables(2))).toBe('return_exceeds_ordered')
    expect(ask(requested, cables(1))).toBe('requested ReturnRequested')
    expect(ask(rejected, cables(2))).toBe('requested ReturnRequested')
    const twice = [cables(1).items[0], cables(2).items[0]] as NonNullable<ReturnWish['items']>
    expect(ask(confirmed, { items: twice })).toBe('return_exceeds_ordered')
    const all = after(requestReturn(confirmed, { ...wish, items: [{ productId: products.cable, quantity: 2 }] }, now))
    const { items: _, ...rest } = { ...wish, returnId: refundId }
    const everything = after(requestReturn(all, rest, now))
    expect(everything.returns[1]?.lines).toMatchObject([{ sku: 'KEYBOARD', quantity: 1 }])
    expect(outcome(() => requestReturn(everything, { ...rest, returnId: bob }, now))).toBe('return_exceeds_ordered')
  })

  it('names the product that the order has not', () => {
    expect(() => requestReturn(confirmed, { ...wish, items: [{ productId: bob, quantity: 1 }] }, now)).toThrow(
      expect.objectContaining({
        code: 'unknown_item',
        status: 422,
        errors: [{ field: 'items/0/productId', expected: 'a product of the order' }],
      }),
    )
  })

  it('again gets the same answer, and a conflict when it is another one', () => {
    expect(requestReturn(requested, wish, now)).toEqual({ reply: requestReturn(confirmed, wish, now).reply })
    expect(ask(requested, { reason: 'Another.' })).toBe('return_exists')
    expect(ask(requested, { items: [{ productId: products.keyboard, quantity: 1 }] })).toBe('return_exists')
  })
})

describe('the rule for small returns', () => {
  const small = { rules: { ...rules, withoutApproval: 3000 } }

  it('agrees at once', () => {
    expect(requestReturn(confirmed, { ...wish, ...small }, now)).toMatchObject({
      events: [{}, { data: { by: 'rule', paymentId, amount: { amount: 1490 } } }],
      reply: { status: 'approved', decidedBy: 'rule', refund: 'pending', restocked: false },
    })
    expect(ask(confirmed, { ...small, items: [{ productId: products.keyboard, quantity: 1 }] })).toBe('requested ReturnRequested')
  })

  it('takes many small returns of an order for one large one', () => {
    const twice = after(
      requestReturn(after(requestReturn(confirmed, { ...wish, ...small }, now)), { ...wish, ...small, returnId: bob }, now),
    )
    expect(twice.returns.map(({ status }) => status)).toEqual(['approved', 'approved'])
    const less = { rules: { ...rules, withoutApproval: 2979 } }
    const first = after(requestReturn(confirmed, { ...wish, ...less }, now))
    expect(ask(first, { ...less, returnId: bob })).toBe('requested ReturnRequested')
  })
})

describe('every fact and command about a return in every status', () => {
  const c = 'contradiction'
  const no = 'return_already_decided'
  const when: Record<keyof typeof transitions, (order: Order) => Decided> = {
    ApproveReturn: (order) => approveReturn(order, returnId, admin, now),
    RejectReturn: (order) => rejectReturn(order, { returnId, reason: 'No.', rejectedBy: admin }, now),
    PaymentRefundRequested: (order) => refundRequested(order, said.requested, now),
    // Nothing of its refund was heard where it is not agreed to: that comes first, in the same topic.
    PaymentRefunded: (order) => refunded(order, said.refunded, now),
    ReturnAlreadyRefunded: (order) => nothingToRefund(order, said.alreadyRefunded, now),
    StockReturned: (order) => stockReturned(order, said.stockReturned, now),
  }
  const expected: Record<keyof typeof transitions, Record<ReturnStatus, string>> = {
    ApproveReturn: { requested: 'approved ReturnApproved', approved: 'answered', rejected: no, completed: 'answered' },
    RejectReturn: { requested: 'rejected ReturnRejected', approved: no, rejected: 'answered', completed: no },
    PaymentRefundRequested: { requested: c, approved: 'approved', rejected: c, completed: 'ignored' },
    PaymentRefunded: { requested: 'early', approved: 'early', rejected: 'early', completed: 'ignored' },
    ReturnAlreadyRefunded: { requested: c, approved: 'approved', rejected: c, completed: c },
    StockReturned: { requested: c, approved: 'approved', rejected: c, completed: 'ignored' },
  }
  for (const [fact, row] of Object.entries(expected) as [keyof typeof transitions, Record<ReturnStatus, string>][])
    for (const [status, result] of Object.entries(row) as [ReturnStatus, string][])
      it(`${fact} on one that is ${status}: ${result}`, () => {
        expect(outcome(() => when[fact](given[status]))).toBe(result)
      })
})

describe('a return that is agreed to', () => {
  it('is completed once its money and its goods are back, whichever comes first', () => {
    const goodsFirst = after(stockReturned(refunding, said.stockReturned, now))
    expect(outcome(() => refunded(goodsFirst, said.refunded, now))).toBe('completed ReturnCompleted')
    const moneyFirst = after(refunded(refunding, said.refunded, now))
    expect(stockReturned(moneyFirst, said.stockReturned, now)).toMatchObject({
      events: [{ data: { refunded: { amount: 1490, currency: 'EUR' } } }],
    })
  })

  it('is completed without a refund when nothing was left of the payment', () => {
    const nothing = after(nothingToRefund(approved, said.alreadyRefunded, now))
    expect(outcome(() => nothingToRefund(nothing, said.alreadyRefunded, now))).toBe('ignored')
    expect(outcome(() => nothingToRefund(refunding, said.alreadyRefunded, now))).toBe('contradiction')
    expect(stockReturned(nothing, said.stockReturned, now)).toMatchObject({ events: [{ data: { refunded: { amount: 0 } } }] })
  })

  it('shows that the provider declined its refund for good, and completes when that is made after all', () => {
    const failed = after(refundFailed(after(stockReturned(refunding, said.stockReturned, now)), said.refundFailed, now))
    const shown = (order: Order) => order.returns.map((each) => returnView(order, each))
    expect(shown(failed)).toMatchObject([{ status: 'approved', refund: 'failed', restocked: true }])
    expect(failed.refunds).toMatchObject([{ status: 'failed', detail: 'too_old: The charge is too old.' }])
    const again = { ...said.requested, refundId: bob, retryOf: refundId }
    const retried = after(refundRequested(failed, again, now))
    expect(retried.refunds.map(({ status }) => status)).toEqual(['retried', 'pending'])
    expect(shown(retried)).toMatchObject([{ refund: 'pending' }])
    expect(outcome(() => refundFailed(retried, said.refundFailed, now))).toBe('ignored')
    expect(outcome(() => refunded(retried, { ...said.refunded, refundId: bob }, now))).toBe('completed ReturnCompleted')
    expect(outcome(() => refundRequested(refunding, { ...again, retryOf: ada }, now))).toBe('early')
  })
})

describe('a refund', () => {
  const other = saidOfReturn()

  it('of no return is shown on the order, whatever its status', () => {
    for (const order of [pending, confirmed]) {
      const shown = after(refundRequested(order, other.requested, now))
      expect(after(refunded(shown, other.refunded, now)).refunds).toMatchObject([{ status: 'refunded', cause: 'by_admin', amount: 1490 }])
    }
  })

  it.each([
    ['user', { userId: bob }, 'forged_user'],
    ['payment', { paymentId: bob }, 'forged_payment'],
    ['amount', { amount: { amount: 10971, currency: 'EUR' } }, 'forged_amount'],
    ['currency', { amount: { amount: 1, currency: 'USD' } }, 'forged_amount'],
  ] as const)('is refused with another %s', (_what, forged, code) => {
    expect(outcome(() => refundRequested(confirmed, { ...other.requested, ...forged }, now))).toBe(code)
    expect(outcome(() => refunded(after(refundRequested(confirmed, other.requested, now)), { ...other.refunded, ...forged }, now))).toBe(
      code,
    )
  })

  it('is refused for a return that nobody asked for, and goods that were not returned', () => {
    expect(outcome(() => refundRequested(confirmed, said.requested, now))).toBe('unknown_return')
    const cups = { ...said.stockReturned, lines: [{ sku: 'CUP', warehouse: 'main', quantity: 1 }] }
    const more = { ...said.stockReturned, lines: [{ sku: 'CABLE', warehouse: 'main', quantity: 2 }] }
    for (const forged of [cups, more]) expect(outcome(() => stockReturned(approved, forged, now))).toBe('forged_stock')
  })
})
