import { refund as requestRefund } from '@murmuration/payment/commands/request-refund'
import { payments } from '@murmuration/payment/store/tables'
import { idOf } from '../workload/ids.ts'
import type { Perform } from './deed.ts'
import { answered } from './notebook.ts'

const REFUSALS = ['payment_not_found', 'payment_not_refundable', 'refund_exceeds_captured']

export const refund: Perform<'refund'> = async ({ order, user, refund: number, amount: share }, { world, notebook }) => {
  const orderId = idOf('order', order)
  const refundId = idOf('refund', number)
  const payment = world.row('payment', payments, orderId)
  const paid = payment?.amount ?? 0
  const minor = share === 'all' ? undefined : share === 'third' ? Math.max(1, Math.floor(paid / 3)) : paid + 1
  const wish = {
    orderId,
    refundId,
    userId: idOf('user', user),
    admin: false,
    ...(minor === undefined ? {} : { amount: { amount: minor, currency: payment?.currency ?? ('EUR' as const) } }),
  }
  // The same refund, asked for again before its payment was known, names another amount: that is another refund.
  const refusals = share === 'all' ? REFUSALS : [...REFUSALS, 'refund_exists']
  const answer = await answered(notebook, orderId, world.execute('payment', requestRefund, wish), refusals)
  if ('refused' in answer) return `refused: ${answer.refused}`
  notebook.refunds.set(refundId, orderId)
  return `${answer.reply.amount.amount} ${answer.reply.status}`
}
