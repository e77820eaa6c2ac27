import { refund as requestRefund } from '@murmuration/payment/commands/request-refund'
import { retry } from '@murmuration/payment/commands/retry-refund'
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
    userId: idOf('user', user ?? 0),
    admin: user === undefined,
    ...(minor === undefined ? {} : { amount: { amount: minor, currency: payment?.currency ?? ('EUR' as const) } }),
  }
  const asked = world.execute('payment', requestRefund, wish)
  if (!wish.admin) {
    const answer = await answered(notebook, orderId, asked, ['payment_not_found', 'return_required'])
    if ('refused' in answer) return `refused: ${answer.refused}`
    notebook.surprises.push({ sagaId: orderId, what: 'refunded himself' })
    return answer.reply.status
  }
  // The same refund, asked for again before its payment was known, names another amount: that is another refund.
  const refusals = share === 'all' ? REFUSALS : [...REFUSALS, 'refund_exists']
  const answer = await answered(notebook, orderId, asked, refusals)
  if ('refused' in answer) return `refused: ${answer.refused}`
  notebook.refunds.set(refundId, orderId)
  return `${answer.reply.amount.amount} ${answer.reply.status}`
}

/** An administrator has those tried again that the provider has declined for good. */
export const retryRefunds: Perform<'retry refunds'> = async ({ orders, refund: first }, { world, notebook }) => {
  let next = first
  for (const order of orders) {
    const orderId = idOf('order', order)
    for (const { refundId, status, retriedBy } of world.row('payment', payments, orderId)?.refunds ?? []) {
      if (status !== 'failed' || retriedBy !== undefined) continue
      const retryId = idOf('refund', next++)
      const asked = world.execute('payment', retry, { orderId, refundId, retryId, userId: idOf('user', 0) })
      const answer = await answered(notebook, orderId, asked, ['refund_exceeds_captured', 'refund_not_failed', 'payment_not_refundable'])
      if ('reply' in answer) notebook.refunds.set(retryId, orderId)
    }
  }
  return next === first ? undefined : `${next - first} tried again`
}
