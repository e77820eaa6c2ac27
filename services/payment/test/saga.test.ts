import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import {
  ChannelCaptured,
  ChannelDeclined,
  ChannelRefundDeclined,
  ChannelRefunded,
  type Emission,
  type Money,
  OrderCancelled,
  OrderFailed,
  OrderPlaced,
  PaymentRiskCleared,
  PaymentRiskRejected,
  ReturnApproved,
  StockReserved,
} from '@murmuration/contracts'
import { newId } from '@murmuration/http'
import { freshDatabase } from '@murmuration/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refund } from '../src/commands/request-refund.ts'
import { retry } from '../src/commands/retry-refund.ts'
import { payments } from '../src/store/tables.ts'
import { subscriptionsWith } from '../src/subscriptions.ts'
import { ada, admin, bob, euros, placed as order, RETRIES_MS, said } from './examples.ts'

let under: ServiceUnderTest
let orderId = ''
/** Every event that was delivered, in order, to be replayed. */
let delivered: Emission[] = []

beforeAll(async () => {
  under = await serviceUnderTest(subscriptionsWith(RETRIES_MS), { databaseUrl: await freshDatabase({ service: 'payment' }) })
})
afterAll(() => under.stop())
beforeEach(() => {
  orderId = newId()
  delivered = []
})

const row = () => under.row(payments, orderId)
const status = async () => {
  const found = await row()
  return found && (found.reason === null ? found.status : `${found.status} ${found.reason}`)
}
const told = async () => (await under.emitted(orderId)).map(({ type }) => type)
const timers = () => under.query('SELECT name FROM choreography.timers WHERE "sagaId" = $1', [orderId])
const deliver = (event: Emission) => {
  delivered.push(event)
  return under.deliver(event)
}

const placed = (amount = 10970) => OrderPlaced({ ...order(amount), orderId })
const reserved = () => StockReserved({ ...said('').reserved, orderId })
/** The others' events about the payment as it is now. */
async function theirs(amount?: Money) {
  const words = said((await row())?.paymentId ?? '', amount)
  return {
    cleared: () => PaymentRiskCleared({ ...words.cleared, orderId }),
    rejected: () => PaymentRiskRejected({ ...words.rejected, orderId }),
    captured: (more: object = {}) => ChannelCaptured({ ...words.captured, ...more, orderId }),
    declined: () => ChannelDeclined({ ...words.declined, orderId }),
    cancelled: (reason?: 'by_customer' | 'payment_failed' | 'out_of_stock') => OrderCancelled({ ...words.cancelled(reason), orderId }),
    refunded: (id: string, back?: Money) => ChannelRefunded({ ...words.refunded(id, back), orderId }),
    returned: (back?: Money, id?: string) => ReturnApproved({ ...words.returned(back, id), orderId }),
    refundDeclined: (id: string, back?: Money) => ChannelRefundDeclined({ ...words.refundDeclined(id, back), orderId }),
  }
}
async function initiated(amount = 10970) {
  await deliver(placed(amount))
  await deliver(reserved())
  return await theirs(euros(amount))
}
async function authorised() {
  const others = await initiated()
  await deliver(others.cleared())
  return others
}
async function captured() {
  const others = await authorised()
  await deliver(others.captured())
  return others
}
const paidFor = ['PaymentInitiated', 'PaymentAuthorized', 'PaymentCaptured']
const lastRefund = async () => (await row())?.refunds.at(-1)?.refundId ?? ''
const ask = (refundId = newId(), amount?: Money) =>
  under.execute(refund, { orderId, refundId, userId: admin, admin: true, ...(amount === undefined ? {} : { amount }) })

describe('the happy path', () => {
  it('begins when order and stock are there, in either order and in one batch', async () => {
    for (const events of [
      [placed, reserved],
      [reserved, placed],
    ]) {
      orderId = newId()
      await under.deliverAll(events.map((event) => event()))
      expect([await status(), await told(), await timers()]).toEqual(['pending', ['PaymentInitiated'], [{ name: 'risk-deadline' }]])
    }
  })

  it('authorises what the risk cleared, and captures what the channel captured', async () => {
    const others = await authorised()
    expect([await status(), await timers()]).toEqual(['processing', []])
    expect(await deliver(others.captured())).toMatchObject({ outcome: 'handled', emitted: [{ type: 'PaymentCaptured' }] })
    expect([await status(), await told()]).toEqual(['success', ['PaymentInitiated', 'PaymentAuthorized', 'PaymentCaptured']])
  })
})

describe('an order that an operator gives up', () => {
  const givenUp = (userId = ada) => OrderFailed({ orderId, userId, reason: 'lost in the warehouse', failedAt: '2026-11-21T11:00:00.000Z' })

  // undone by FailOrder: PaymentInitiated, PaymentCaptured
  it('gets its money back once, and never pays when it had not', async () => {
    await captured()
    expect(await deliver(givenUp())).toMatchObject({ emitted: [{ type: 'PaymentRefundRequested' }] })
    expect(await deliver(givenUp())).toMatchObject({ outcome: 'ignored' })
    orderId = newId()
    await initiated()
    expect(await deliver(givenUp())).toMatchObject({ emitted: [{ type: 'PaymentFailed' }] })
  })

  it('is nobody else’s', async () => {
    await captured()
    expect(await deliver(givenUp(bob))).toMatchObject({ outcome: 'parked', reason: 'forged_user' })
  })
})

describe('the deadlines', () => {
  it('lets a low amount go on after a second, and ignores the late answer', async () => {
    const others = await initiated(10_000)
    await under.fire('risk-deadline', orderId)
    expect(await under.emitted(orderId)).toMatchObject([{}, { type: 'PaymentAuthorized', data: { degraded: true } }])
    expect(await deliver(others.rejected())).toMatchObject({ outcome: 'ignored', reason: 'late: the payment is processing' })
  })

  it('gives a higher one four more seconds, then fails it', async () => {
    const others = await initiated(10_001)
    await under.fire('risk-deadline', orderId)
    expect([await status(), await timers()]).toEqual(['pending', [{ name: 'payment-deadline' }]])
    await under.fire('payment-deadline', orderId)
    expect([await status(), await told()]).toEqual(['failed risk_timeout', ['PaymentInitiated', 'PaymentFailed']])
    expect(await deliver(others.cleared())).toMatchObject({ outcome: 'ignored' })
    expect(await deliver(others.cancelled('payment_failed'))).toMatchObject({ outcome: 'ignored' })
  })

  it('authorises a higher one that is cleared within them', async () => {
    const others = await initiated(10_001)
    await under.fire('risk-deadline', orderId)
    await deliver(others.cleared())
    expect([await status(), await timers()]).toEqual(['processing', []])
  })
})

describe('failing', () => {
  it('fails when the risk rejects, and when the channel declines', async () => {
    await deliver((await initiated()).rejected())
    expect([await status(), await told(), await timers()]).toEqual(['failed risk_rejected', ['PaymentInitiated', 'PaymentFailed'], []])
    orderId = newId()
    await deliver((await authorised()).declined())
    expect([await status(), await told()]).toEqual(['failed declined', ['PaymentInitiated', 'PaymentAuthorized', 'PaymentFailed']])
  })

  it('refuses a wallet until there are accounts', async () => {
    await under.deliver(OrderPlaced({ ...order(), orderId, payment: { method: 'credit_card', source: 'wallet' } }))
    await under.deliver(reserved())
    expect(await under.emitted(orderId)).toMatchObject([
      { type: 'PaymentFailed', data: { reason: 'declined', detail: 'wallet is not available' } },
    ])
  })
})

describe('the order’s cancel', () => {
  it('before the stock: fails the payment, and ignores the stock', async () => {
    await deliver(placed())
    await deliver((await theirs()).cancelled('out_of_stock'))
    expect(await deliver(reserved())).toMatchObject({ outcome: 'ignored' })
    expect([await status(), await told()]).toEqual(['failed order_cancelled', ['PaymentFailed']])
  })

  it('before the risk’s answer: fails the payment, and ignores the answer and the timer', async () => {
    const others = await initiated()
    await deliver(others.cancelled())
    expect(await deliver(others.cleared())).toMatchObject({ outcome: 'ignored' })
    expect([await status(), await told(), await timers()]).toEqual(['failed order_cancelled', ['PaymentInitiated', 'PaymentFailed'], []])
  })

  it('while the capture is in flight: refunds what comes in, once', async () => {
    const others = await authorised()
    await deliver(others.cancelled())
    expect([await status(), await told()]).toEqual(['processing', ['PaymentInitiated', 'PaymentAuthorized']])
    await deliver(others.captured())
    await deliver(others.cancelled())
    expect((await told()).slice(2)).toEqual(['PaymentCaptured', 'PaymentRefundRequested'])
    await deliver(others.refunded(await lastRefund()))
    expect([await status(), (await told()).slice(4)]).toEqual(['refunded', ['PaymentRefunded']])
  })

  it('while the capture is in flight: is over when that is declined', async () => {
    const others = await authorised()
    await deliver(others.cancelled())
    await deliver(others.declined())
    expect([await status(), (await told()).slice(2)]).toEqual(['failed declined', ['PaymentFailed']])
  })

  it('after the capture: refunds what other refunds have left, once', async () => {
    const others = await captured()
    const first = newId()
    await ask(first, euros(970))
    await deliver(others.cancelled())
    await deliver(others.cancelled())
    expect((await under.emitted(orderId)).slice(3)).toMatchObject([
      { type: 'PaymentRefundRequested', data: { amount: euros(970), cause: 'by_admin', requestedBy: admin } },
      { type: 'PaymentRefundRequested', data: { amount: euros(10000), cause: 'order_cancelled' } },
    ])
    await deliver(others.refunded(await lastRefund(), euros(10000)))
    expect(await status()).toBe('success')
    await deliver(others.refunded(first, euros(970)))
    expect(await row()).toMatchObject({ status: 'refunded', refundedAmount: 10970 })
  })

  it('waits for its order when it was quicker', async () => {
    await deliver(reserved())
    const { cancelled } = await theirs()
    expect(await deliver(cancelled())).toMatchObject({ outcome: 'deferred' })
    await deliver(placed())
    await expect.poll(status).toBe('failed order_cancelled')
  })
})

describe('a refund', () => {
  // row 14
  it('is made once for one id, and never twice what was captured, even for many at once', async () => {
    const others = await captured()
    const refundId = newId()
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(refundId, euros(6000))))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    const more = await Promise.allSettled(Array.from({ length: 10 }, () => ask(newId(), euros(4000))))
    expect(more.filter(({ status: ended }) => ended === 'fulfilled')).toHaveLength(1)
    expect(more.find(({ status: ended }) => ended === 'rejected')).toMatchObject({
      reason: { code: 'refund_exceeds_captured', status: 409 },
    })
    await deliver(others.refunded(refundId, euros(6000)))
    await deliver(others.refunded(refundId, euros(6000)))
    expect(await row()).toMatchObject({ status: 'success', refundedAmount: 6000 })
    expect((await told()).filter((type) => type === 'PaymentRefunded')).toHaveLength(1)
  })

  // fault: refund declined
  // undone by refund-retry: PaymentCaptured
  it('is tried again when it is declined, once for each decline, and made when the provider says yes', async () => {
    const others = await captured()
    await deliver(others.cancelled())
    const first = await lastRefund()
    const id = newId()
    expect(await under.deliver(others.refundDeclined(first), { id })).toMatchObject({ outcome: 'handled', emitted: [] })
    expect(await under.deliver(others.refundDeclined(first), { id })).toMatchObject({ outcome: 'duplicate' })
    expect(await under.deliver(others.refundDeclined(first))).toMatchObject({ outcome: 'ignored' })
    expect(await timers()).toEqual([{ name: 'refund-retry' }])
    await expect.poll(told).toEqual([...paidFor, 'PaymentRefundRequested', 'PaymentRefundRequested'])
    expect([(await under.emitted(orderId)).at(-1), await timers()]).toMatchObject([{ data: { retryOf: first, attempt: 2 } }, []])
    await deliver(others.refunded(await lastRefund()))
    expect(await status()).toBe('refunded')
    for (const late of [others.refundDeclined(first), others.refunded(await lastRefund())])
      expect(await under.deliver(late)).toMatchObject({ outcome: 'ignored' })
  })

  // undone by RetryRefund: PaymentCaptured
  it('is put before a person when it was declined each time, who has it tried again', async () => {
    const others = await captured()
    const refundId = newId()
    await ask(refundId)
    for (let attempt = 1; attempt <= RETRIES_MS.length; attempt++) {
      await under.deliver(others.refundDeclined(await lastRefund()))
      await under.fire('refund-retry', orderId)
      // Fired before its time it waits for the rest of it.
      await expect.poll(async () => (await row())?.refunds.length, { timeout: 6_000 }).toBe(attempt + 1)
    }
    expect(await under.deliver(others.refundDeclined(await lastRefund()))).toMatchObject({ emitted: [{ type: 'PaymentRefundFailed' }] })
    expect([await status(), await timers()]).toEqual(['success', []])
    const wish = { orderId, refundId: await lastRefund(), retryId: newId(), userId: admin }
    const answers = await Promise.all(Array.from({ length: 5 }, () => under.execute(retry, wish)))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    await deliver(others.refunded(wish.retryId))
    expect(await status()).toBe('refunded')
  })

  // undone by ApproveReturn: PaymentCaptured
  // undone by RequestReturn: PaymentCaptured
  it('of a return is asked for once, and is none when nothing is left', async () => {
    const others = await captured()
    const [part, rest] = [newId(), newId()]
    await under.deliverAll([others.returned(euros(970), part), others.returned(euros(970), part)])
    expect((await told()).slice(3)).toEqual(['PaymentRefundRequested'])
    await ask(newId())
    const id = newId()
    expect(await under.deliver(others.returned(euros(1000), rest), { id })).toMatchObject({
      emitted: [{ type: 'ReturnAlreadyRefunded', data: { returnId: rest } }],
    })
    expect(await under.deliver(others.returned(euros(1000), rest), { id })).toMatchObject({ outcome: 'duplicate' })
    expect(await under.deliver(others.returned(euros(1000), rest))).toMatchObject({ outcome: 'ignored' })
  })

  // row 14
  it('is refused for a payment that failed, and for another user', async () => {
    await deliver((await initiated()).rejected())
    await expect(ask()).rejects.toMatchObject({ code: 'payment_not_refundable', status: 409 })
    const by = (userId: string) => under.execute(refund, { orderId, refundId: newId(), userId, admin: false })
    await expect(by(bob)).rejects.toMatchObject({ code: 'payment_not_found', status: 404 })
    await expect(by(ada)).rejects.toMatchObject({ code: 'return_required', status: 403 })
  })
})

describe('a replay of everything', () => {
  it.each([
    ['a success', captured],
    [
      'a refunded payment',
      async () => {
        const others = await captured()
        await deliver(others.cancelled())
        await deliver(others.refunded(await lastRefund()))
      },
    ],
    [
      'a payment whose refund was declined, tried again, and declined for good',
      async () => {
        const others = await captured()
        await deliver(others.returned())
        for (let left = RETRIES_MS.length; left >= 0; left--) {
          const last = await lastRefund()
          await deliver(others.refundDeclined(last))
          if (left > 0) await expect.poll(lastRefund, { timeout: 6_000 }).not.toBe(last)
        }
      },
    ],
    ['a declined payment', async () => deliver((await authorised()).declined())],
    ['a cancelled payment', async () => deliver((await initiated()).cancelled())],
  ])('changes nothing, forwards or backwards: %s', async (_what, live) => {
    await live()
    const before = [await row(), await told()]
    for (const event of [...delivered, ...delivered.toReversed()])
      expect(await under.deliver(event)).toMatchObject({ outcome: 'ignored', emitted: [] })
    expect([await row(), await told()]).toEqual(before)
  })
})

describe('what is forged', () => {
  it.each([
    ['an amount', { amount: euros(1) }, 'forged_amount'],
    ['a currency', { amount: { amount: 10970, currency: 'USD' } }, 'forged_amount'],
    ['a method', { method: 'paypal' }, 'forged_method'],
    ['a payment', { paymentId: ada }, 'forged_payment'],
  ])('is parked, and no money moves: %s', async (_what, forged, reason) => {
    const others = await authorised()
    expect(await under.deliver(others.captured(forged))).toMatchObject({ outcome: 'parked', reason })
    expect([await status(), await told()]).toEqual(['processing', ['PaymentInitiated', 'PaymentAuthorized']])
    expect(await under.parked()).toContainEqual(expect.objectContaining({ key: orderId, reason }))
  })

  it.each([
    ['PaymentRiskCleared', () => PaymentRiskCleared({ ...said(newId()).cleared, orderId })],
    ['ChannelCaptured', () => ChannelCaptured({ ...said(newId()).captured, orderId })],
    ['ChannelRefunded', () => ChannelRefunded({ ...said(newId()).refunded(), orderId })],
    ['ReturnApproved', () => ReturnApproved({ ...said(newId()).returned(), orderId })],
  ])('is parked when it is about an order that does not exist: %s', async (_what, claim) => {
    expect(await under.deliver(claim())).toMatchObject({ outcome: 'parked', reason: 'unknown_payment' })
    expect([await row(), await told()]).toEqual([undefined, []])
  })

  // It may only be early; the runtime parks it when the order never comes.
  it('waits, and changes nothing, when it is a cancel of an order that does not exist', async () => {
    expect(await under.deliver((await theirs()).cancelled())).toMatchObject({ outcome: 'deferred' })
    expect([await row(), await told()]).toEqual([undefined, []])
  })

  it('raises the alarm when the provider charged twice', async () => {
    const others = await captured()
    expect(await under.deliver(others.captured({ providerReference: 'psp_2' }))).toMatchObject({
      outcome: 'parked',
      reason: 'charged_twice',
    })
    expect(await status()).toBe('success')
  })
})
