import { on } from '@murmuration/choreography'
import { ReturnApproved, StockCommitted, StockReturned } from '@murmuration/contracts'
import { keysOf } from '../domain/reservation.ts'
import { takeBack } from '../domain/return.ts'
import { reservations, stocks } from '../store/tables.ts'

export const onReturnApproved = on(ReturnApproved, {
  emits: [StockReturned],
  undoes: [StockCommitted],
  span: 'inventory.restock',
  reads: ({ data }) => ({ reservation: reservations.one(data.orderId) }),
  readsThen: (_, { reservation }) => ({ stock: stocks.many(keysOf(reservation)) }),
  decide: ({ data }, rows) => takeBack(data, rows),
})
