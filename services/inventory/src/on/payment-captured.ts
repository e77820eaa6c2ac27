import { on } from '@murmuration/choreography'
import { PaymentCaptured, StockCommitted } from '@murmuration/contracts'
import { commit, keysOf } from '../domain/reservation.ts'
import { reservations, stocks } from '../store/tables.ts'

export const onPaymentCaptured = on(PaymentCaptured, {
  emits: [StockCommitted],
  span: 'inventory.confirm',
  reads: ({ data }) => ({ reservation: reservations.one(data.orderId) }),
  readsThen: (_, { reservation }) => ({ stock: stocks.many(keysOf(reservation)) }),
  decide: ({ data }, rows) => commit(data, rows),
})
