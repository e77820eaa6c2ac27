import { command } from '@murmuration/choreography'
import { OrderFailed } from '@murmuration/contracts'
import { giveUp } from '../domain/ending.ts'
import { orders } from '../store/tables.ts'

/** For administrators: the route sees to that. */
export const failOrder = command<{ orderId: string; reason: string }>()('FailOrder', {
  saga: ({ orderId }) => orderId,
  emits: [OrderFailed],
  span: 'order.update_status',
  reads: ({ orderId }) => ({ order: orders.one(orderId) }),
  decide: ({ reason }, { order }, { now }) => giveUp(order, reason, now),
})
