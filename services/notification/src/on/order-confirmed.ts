import { perform } from '@murmuration/choreography'
import { OrderConfirmed } from '@murmuration/contracts'
import { confirmed } from '../domain/news.ts'
import { process, readsFor, telling } from './telling.ts'

export const onOrderConfirmed = perform(OrderConfirmed, {
  ...telling,
  reads: ({ data }) => readsFor(confirmed(data)),
  intend: ({ data }, rows, facts) => process(confirmed(data), rows, facts),
})
