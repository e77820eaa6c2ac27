import { command } from '@murmuration/choreography'
import { ReturnApproved } from '@murmuration/contracts'
import { approveReturn } from '../domain/return-request.ts'
import { orders } from '../store/tables.ts'

/** For administrators: the route sees to that. */
export const acceptReturn = command<{ orderId: string; returnId: string; approvedBy: string }>()('ApproveReturn', {
  saga: ({ orderId }) => orderId,
  emits: [ReturnApproved],
  span: 'order.return',
  reads: ({ orderId }) => ({ order: orders.one(orderId) }),
  decide: ({ returnId, approvedBy }, { order }, { now }) => approveReturn(order, returnId, approvedBy, now),
})
