import { NotificationFailed, NotificationSent } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import * as build from '../../test/builders.ts'
import { causeOf, confirmed, refunded } from './news.ts'
import { conclude, type Notification, tell } from './notification.ts'
import { enter } from './recipient.ts'

const facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: build.nextId }
const { userId, email, fullName } = build.registered()
const recipient = { userId, email, fullName }
const news = confirmed(build.confirmed(userId))
const nothing = { notification: undefined, recipient: undefined, preference: undefined }
const pendingOf = (known: Parameters<typeof tell>[1]): Notification => {
  const decision = tell(news, known, facts)
  if (!('rows' in decision) || decision.rows === undefined) throw new Error('nobody is told')
  return decision.rows.notification
}

describe('a customer', () => {
  it('is told by e-mail', () => {
    expect(tell(news, { ...nothing, recipient }, facts)).toMatchObject({
      rows: { notification: { cause: `order_confirmed:${news.orderId}`, medium: 'email', status: 'pending' } },
      request: { to: { address: email, name: fullName }, news },
    })
  })
  it('who is unknown is told by the log', () => {
    expect(tell(news, nothing, facts)).toMatchObject({
      rows: { notification: { medium: 'log' } },
      request: { to: { log: 'unknown_recipient' } },
    })
  })
  it('who wants no e-mail is told by the log', () => {
    const preference = { email: false, muted: [] }
    expect(tell(news, { ...nothing, recipient, preference }, facts)).toMatchObject({ request: { to: { log: 'preference' } } })
  })
  it('is not told of what is muted', () => {
    const preference = { email: true, muted: ['order_confirmed'] } as const
    expect(tell(news, { ...nothing, recipient, preference }, facts)).toHaveProperty('ignored')
    expect(tell(refunded(build.refunded(userId)), { ...nothing, recipient, preference }, facts)).toHaveProperty('request')
  })
  it('is told once', () => {
    const notification = pendingOf({ ...nothing, recipient })
    expect(tell(news, { ...nothing, recipient, notification }, facts)).toEqual({ ignored: 'repeated: the notification is pending' })
  })
  it('is not told of what somebody else was told of', () => {
    const notification = { ...pendingOf(nothing), userId: build.nextId() }
    expect(() => tell(news, { ...nothing, notification }, facts)).toThrow(expect.objectContaining({ code: 'forged_user' }))
  })
  it('is told of each refund of an order', () => {
    const refund = build.refunded(userId)
    expect(causeOf(refunded(refund))).toBe(`payment_refunded:${refund.refundId}`)
  })
})

describe('what became of it', () => {
  const pending = pendingOf({ ...nothing, recipient })
  it('is recorded and told', () => {
    expect(conclude(pending, { outcome: 'sent', medium: 'log' }, facts)).toMatchObject({
      rows: { notification: { status: 'sent', medium: 'log' } },
      events: [{ event: NotificationSent, data: { medium: 'log', notificationId: pending.notificationId } }],
    })
    expect(conclude(pending, { outcome: 'failed', medium: 'email', detail: '550 no\0 such mailbox' }, facts)).toMatchObject({
      rows: { notification: { status: 'failed', detail: '550 no  such mailbox' } },
      events: [{ event: NotificationFailed, data: { detail: '550 no  such mailbox' } }],
    })
  })
  it('is recorded once', () => {
    const sent: Notification = { ...pending, status: 'sent', detail: null, endedAt: '2026-11-21T10:00:01.000Z' }
    expect(conclude(sent, { outcome: 'sent', medium: 'email' }, facts)).toHaveProperty('ignored')
  })
})

describe('the address book', () => {
  const user = build.registered()
  const { username: _, ...known } = user
  it('takes a new user, once', () => {
    expect(enter(undefined, user)).toEqual({ rows: { recipient: known } })
    expect(enter(known, user)).toHaveProperty('ignored')
  })
  it('does not let a forged event redirect letters', () => {
    expect(() => enter(known, { ...user, email: 'mallory@example.com' })).toThrow(expect.objectContaining({ code: 'forged_user' }))
  })
})
