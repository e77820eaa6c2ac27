import { command, once } from '@murmuration/choreography'
import { ReturnApproved, ReturnRequested } from '@murmuration/contracts'
import { type ReturnWish, requestReturn } from '../domain/return-request.ts'
import { orders } from '../store/tables.ts'

export const returnOrder = once(
  command<ReturnWish>()('RequestReturn', {
    saga: ({ orderId }) => orderId,
    emits: [ReturnRequested, ReturnApproved],
    span: 'order.return',
    reads: ({ orderId }) => ({ order: orders.one(orderId) }),
    decide: (wish, { order }, { now }) => requestReturn(order, wish, now),
  }),
)
