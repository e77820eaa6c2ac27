import { acceptReturn } from '@murmuration/order/commands/approve-return'
import { refuseReturn } from '@murmuration/order/commands/reject-return'
import { returnOrder } from '@murmuration/order/commands/request-return'
import { idOf } from '../workload/ids.ts'
import type { Perform } from './deed.ts'
import { answered } from './notebook.ts'

const REFUSALS = ['order_not_found', 'order_not_returnable', 'return_exceeds_ordered', 'unknown_item']

export const giveBack: Perform<'return'> = async (deed, { world, notebook }) => {
  const { order, user, product, quantity, withoutApproval } = deed
  const orderId = idOf('order', order)
  const returnId = idOf('return', deed.return)
  const wish = {
    orderId,
    returnId,
    userId: idOf('user', user),
    ...(product === undefined ? {} : { items: [{ productId: idOf('product', product), quantity }] }),
    reason: 'not as I thought',
    rules: { withoutApproval, withinMs: 86_400_000 },
  }
  const answer = await answered(notebook, orderId, world.execute('order', returnOrder, wish), REFUSALS)
  if ('refused' in answer) return `refused: ${answer.refused}`
  notebook.returns.set(returnId, orderId)
  return `${answer.reply.amount.amount} ${answer.reply.status}`
}

export const decideReturn: Perform<'approve' | 'reject'> = async (deed, { world, notebook }) => {
  const orderId = idOf('order', deed.order)
  const wish = { orderId, returnId: idOf('return', deed.return) }
  const who = idOf('user', 0)
  const asked =
    deed.does === 'approve'
      ? world.execute('order', acceptReturn, { ...wish, approvedBy: who })
      : world.execute('order', refuseReturn, { ...wish, reason: 'worn', rejectedBy: who })
  const answer = await answered(notebook, orderId, asked, ['order_not_found', 'return_not_found', 'return_already_decided'])
  return 'refused' in answer ? `refused: ${answer.refused}` : answer.reply.status
}
