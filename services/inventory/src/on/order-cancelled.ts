import { on } from '@murmuration/choreography'
import { OrderCancelled, StockCommitted, StockReleased, StockReserved, StockRestocked } from '@murmuration/contracts'
import { giveBack, keysOf } from '../domain/reservation.ts'
import { reservations, stocks } from '../store/tables.ts'

export const onOrderCancelled = on(OrderCancelled, {
  emits: [StockReleased, StockRestocked],
  undoes: [StockReserved, StockCommitted],
  span: 'inventory.release',
  reads: ({ data }) => ({ reservation: reservations.one(data.orderId) }),
  readsThen: (_, { reservation }) => ({ stock: stocks.many(keysOf(reservation)) }),
  decide: ({ data }, rows) => giveBack(data, rows),
})
