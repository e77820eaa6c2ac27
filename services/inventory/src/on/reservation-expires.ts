import { after } from '@murmuration/choreography'
import { StockReservationExpired, StockReserved } from '@murmuration/contracts'
import { expire, keysOf } from '../domain/reservation.ts'
import { reservations, stocks } from '../store/tables.ts'

export const onReservationExpires = after('reservation-expires', {
  emits: [StockReservationExpired],
  undoes: [StockReserved],
  span: 'inventory.release',
  reads: ({ sagaId }) => ({ reservation: reservations.one(sagaId) }),
  readsThen: (_, { reservation }) => ({ stock: stocks.many(keysOf(reservation)) }),
  decide: (_, rows) => expire(rows),
})
