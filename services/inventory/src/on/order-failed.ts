import { on } from '@murmuration/choreography'
import { OrderFailed, StockCommitted, StockReleased, StockReserved, StockRestocked } from '@murmuration/contracts'
import { giveBack, keysOf } from '../domain/reservation.ts'
import { reservations, stocks } from '../store/tables.ts'

/** An operator gave the order up: its stock goes back as for a cancelled one. */
export const onOrderFailed = on(OrderFailed, {
  emits: [StockReleased, StockRestocked],
  undoes: [StockReserved, StockCommitted],
  span: 'inventory.release',
  reads: ({ data }) => ({ reservation: reservations.one(data.orderId) }),
  readsThen: (_, { reservation }) => ({ stock: stocks.many(keysOf(reservation)) }),
  decide: ({ data }, rows) => giveBack(data, rows),
})
