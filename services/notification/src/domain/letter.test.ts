import { expect, it } from 'vitest'
import * as build from '../../test/builders.ts'
import { write } from './letter.ts'
import { cancelled, confirmed, failed, refunded, returnApproved, returnRejected } from './news.ts'

const userId = build.nextId()
const orderId = build.nextId()

it('tells of a confirmed order, by name, number and amount', () => {
  expect(write(confirmed(build.confirmed(userId, orderId)), 'Ada')).toMatchObject({
    subject: 'Your order is confirmed',
    text: `Hello Ada,\n\nThank you. Your order ${orderId} of €1,234.56 is paid and confirmed.\n\nMurmuration\n`,
  })
})

it.each([
  ['out_of_stock', 'out of stock'],
  ['payment_failed', 'the payment did not succeed'],
  ['expired', 'did not come in time'],
  ['by_customer', 'you asked us to'],
] as const)('says why an order is cancelled: %s', (reason, words) => {
  expect(write(cancelled({ ...build.cancelled(userId), reason }), 'Ada').text).toContain(words)
})

it('says what was paid back, and whether that was all', () => {
  expect(write(refunded(build.refunded(userId)), 'Ada').text).toContain('€1,234.56 back')
  expect(write(refunded(build.refunded(userId)), 'Ada').text).toContain('all that you had paid')
  expect(write(refunded({ ...build.refunded(userId), full: false }), 'Ada').text).not.toContain('all that you had paid')
})

it('says what became of a return, and why it was refused', () => {
  expect(write(returnApproved(build.returnApproved(userId)), 'Ada').text).toContain('up to €1,234.56')
  expect(write(returnRejected(build.returnRejected(userId)), 'Ada').text).toContain('The reason: The seal is broken.')
})

it('keeps to itself what an operator wrote', () => {
  const event = build.failed(userId)
  expect(JSON.stringify(write(failed(event), 'Ada'))).not.toContain(event.reason)
})

it('lets no name become markup', () => {
  const { html, text } = write(confirmed(build.confirmed(userId)), '<img src=x onerror="alert(1)"> & Söhne')
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; Söhne')
  expect(html).not.toContain('<img')
  expect(text).toContain('<img')
})
