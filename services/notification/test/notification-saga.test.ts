import { type ServiceUnderTest, serviceUnderTest } from '@murmuration/choreography/testing'
import {
  OrderCancelled,
  OrderConfirmed,
  OrderFailed,
  PaymentRefunded,
  ReturnApproved,
  ReturnRejected,
  Transient,
  UserRegistered,
  UserRestated,
} from '@murmuration/contracts'
import { freshDatabase } from '@murmuration/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { changePreference } from '../src/commands/change-preference.ts'
import type { Dispatch } from '../src/domain/notification.ts'
import { postOffice } from '../src/media/post-office.ts'
import type { Mail } from '../src/media/smtp.ts'
import { notifications } from '../src/store/tables.ts'
import { subscriptions } from '../src/subscriptions.ts'
import * as build from './builders.ts'

let under: ServiceUnderTest
let mails: Mail[] = []
let answers: (string | Transient)[] = []

beforeAll(async () => {
  const server = {
    async send(mail: Mail) {
      const answer = answers.shift()
      if (answer instanceof Transient) throw answer
      if (answer === undefined) mails.push(mail)
      return answer
    },
    close() {},
  }
  const { send } = postOffice(server)
  const effects = { send: (dispatch: Dispatch, call: { attempt: number }) => send(dispatch, call) }
  under = await serviceUnderTest(subscriptions, { databaseUrl: await freshDatabase({ service: 'notification' }), effects })
})
afterAll(() => under.stop())
beforeEach(() => {
  mails = []
  answers = []
})

const user = async () => {
  const registered = build.registered()
  await under.deliver(UserRegistered(registered))
  return registered
}
const told = async (orderId: string) => (await under.emitted(orderId)).map(({ type, data }) => [type, (data as { medium: string }).medium])

describe('a customer is told', () => {
  it('of a confirmed, a cancelled and a failed order, of a refund, and of what became of a return, once each', async () => {
    const { userId, email } = await user()
    const events = [
      OrderConfirmed(build.confirmed(userId)),
      OrderCancelled(build.cancelled(userId)),
      OrderFailed(build.failed(userId)),
      PaymentRefunded(build.refunded(userId)),
      ReturnApproved(build.returnApproved(userId)),
      ReturnRejected(build.returnRejected(userId)),
    ]
    for (const event of [...events, ...events]) await under.deliver(event)
    await under.settled()
    expect(mails.map(({ subject }) => subject).sort()).toEqual([
      'There is a problem with your order',
      'Your order is cancelled',
      'Your order is confirmed',
      'Your refund',
      'Your return is accepted',
      'Your return is not accepted',
    ])
    expect(new Set(mails.map(({ to }) => to.address))).toEqual(new Set([email]))
  })

  it('once when the same comes twice in a batch', async () => {
    const { userId } = await user()
    const event = OrderConfirmed(build.confirmed(userId))
    expect((await under.deliverAll([event, event])).map(({ outcome }) => outcome)).toEqual(['handled', 'ignored'])
    expect(await told(event.data.orderId)).toEqual([['NotificationSent', 'email']])
    expect(mails).toHaveLength(1)
  })

  it('by the log, when nobody knows the address', async () => {
    const event = build.confirmed(build.nextId())
    await under.deliver(OrderConfirmed(event))
    expect(await told(event.orderId)).toEqual([['NotificationSent', 'log']])
    expect(await under.row(notifications, `order_confirmed:${event.orderId}`)).toMatchObject({ status: 'sent', medium: 'log' })
    expect(mails).toEqual([])
  })

  // fault: told again
  it('by e-mail again, when the user service has told once more who the customer is', async () => {
    const missed = build.registered()
    const restated = UserRestated(missed)
    expect(await under.deliver(restated)).toMatchObject({ outcome: 'handled' })
    expect(await under.deliver(UserRestated(missed))).toMatchObject({ outcome: 'ignored' })
    expect(await under.deliver(UserRestated({ ...missed, email: 'mallory@example.com' }))).toMatchObject({
      outcome: 'parked',
      reason: 'forged_user',
    })
    await under.deliver(OrderConfirmed(build.confirmed(missed.userId)))
    await under.settled()
    expect(mails.map(({ to }) => to.address)).toEqual([missed.email])
  })

  it('as the customer wishes', async () => {
    const { userId } = await user()
    await under.execute(changePreference, { userId, email: false, muted: ['order_cancelled'] })
    const event = build.confirmed(userId)
    await under.deliver(OrderConfirmed(event))
    expect(await told(event.orderId)).toEqual([['NotificationSent', 'log']])
    expect(await under.deliver(OrderCancelled(build.cancelled(userId)))).toMatchObject({ outcome: 'ignored' })
  })
})

describe('when the mail server', () => {
  it('is not there, the letter is sent later, with the same id', async () => {
    answers = [new Transient('down'), new Transient('down')]
    const { userId } = await user()
    const event = build.confirmed(userId)
    await under.deliver(OrderConfirmed(event))
    expect(await told(event.orderId)).toEqual([['NotificationSent', 'email']])
    expect(mails).toHaveLength(1)
  })

  it('refuses the letter for good, that is told, and not tried again', async () => {
    answers = ['550 no such mailbox']
    const { userId } = await user()
    const event = build.confirmed(userId)
    await under.deliver(OrderConfirmed(event))
    expect(await under.emitted(event.orderId)).toMatchObject([
      { type: 'NotificationFailed', data: { medium: 'email', detail: '550 no such mailbox' } },
    ])
    expect(await under.deliver(OrderConfirmed(event))).toMatchObject({ outcome: 'ignored', reason: 'repeated: the notification is failed' })
    expect(mails).toEqual([])
  })
})

it('parks a second registration with another address, and writes to the first', async () => {
  const registered = await user()
  expect(await under.deliver(UserRegistered({ ...registered, email: 'mallory@example.com' }))).toMatchObject({
    outcome: 'parked',
    reason: 'forged_user',
  })
  expect(await under.deliver(UserRegistered(registered))).toMatchObject({ outcome: 'parked', reason: 'behind' })
  await under.deliver(OrderConfirmed(build.confirmed(registered.userId)))
  await under.settled()
  expect(mails.map(({ to }) => to.address)).toEqual([registered.email])
})

it('keeps no address but in the address book', async () => {
  const { userId, email } = await user()
  await under.deliver(OrderConfirmed(build.confirmed(userId)))
  await under.settled()
  const tables = await under.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'choreography') AND tablename <> 'recipients'`,
  )
  for (const { name } of tables)
    expect(await under.query(`SELECT t::text FROM ${name} AS t WHERE t::text LIKE $1`, [`%${email}%`])).toEqual([])
})
