import { on } from '@murmuration/choreography'
import { PaymentFailed, StockReleased, StockReserved } from '@murmuration/contracts'
import { keysOf, releaseUnpaid } from '../domain/reservation.ts'
import { reservations, stocks } from '../store/tables.ts'

export const onPaymentFailed = on(PaymentFailed, {
  emits: [StockReleased],
  undoes: [StockReserved],
  span: 'inventory.release',
  reads: ({ data }) => ({ reservation: reservations.one(data.orderId) }),
  readsThen: (_, { reservation }) => ({ stock: stocks.many(keysOf(reservation)) }),
  decide: ({ data }, rows) => releaseUnpaid(data, rows),
})
