import { command } from '@murmuration/choreography'
import { ReturnRejected } from '@murmuration/contracts'
import { rejectReturn } from '../domain/return-request.ts'
import { orders } from '../store/tables.ts'

/** For administrators: the route sees to that. */
export const refuseReturn = command<{ orderId: string; returnId: string; rejectedBy: string; reason: string }>()('RejectReturn', {
  saga: ({ orderId }) => orderId,
  emits: [ReturnRejected],
  span: 'order.return',
  reads: ({ orderId }) => ({ order: orders.one(orderId) }),
  decide: (wish, { order }, { now }) => rejectReturn(order, wish, now),
})
