import { perform } from '@murmuration/choreography'
import { PaymentRefunded } from '@murmuration/contracts'
import { refunded } from '../domain/news.ts'
import { process, readsFor, telling } from './telling.ts'

export const onPaymentRefunded = perform(PaymentRefunded, {
  ...telling,
  reads: ({ data }) => readsFor(refunded(data)),
  intend: ({ data }, rows, facts) => process(refunded(data), rows, facts),
})
