import { on } from '@murmuration/choreography'
import { OrderPlaced } from '@murmuration/contracts'
import { adopt } from '../domain/adoption.ts'
import { orders } from '../store/tables.ts'

export const onOrderPlaced = on(OrderPlaced, {
  emits: [],
  reads: ({ data }) => ({ order: orders.one(data.orderId) }),
  decide: ({ data }, { order }) => adopt(data, order),
})
