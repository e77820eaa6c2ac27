import { on } from '@murmuration/choreography'
import { PaymentFailed, PaymentInitiated, StockReserved } from '@murmuration/contracts'
import { stockReserved } from '../domain/initiation.ts'
import { payments } from '../store/tables.ts'

export const onStockReserved = on(StockReserved, {
  emits: [PaymentInitiated, PaymentFailed],
  arms: ['risk-deadline'],
  span: 'payment.process',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => stockReserved(payment, data.orderId, facts),
})
