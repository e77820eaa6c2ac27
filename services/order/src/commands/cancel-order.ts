import { command } from '@murmuration/choreography'
import { OrderCancelled, OrderPaid, OrderPlaced } from '@murmuration/contracts'
import { cancelByCustomer } from '../domain/ending.ts'
import { orders } from '../store/tables.ts'

export const cancelOrder = command<{ orderId: string; userId: string }>()('CancelOrder', {
  saga: ({ orderId }) => orderId,
  emits: [OrderCancelled],
  undoes: [OrderPlaced, OrderPaid],
  span: 'order.update_status',
  reads: ({ orderId }) => ({ order: orders.one(orderId) }),
  decide: ({ userId }, { order }, { now }) => cancelByCustomer(order, userId, now),
})
