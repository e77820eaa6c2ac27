import { perform } from '@murmuration/choreography'
import { OrderCancelled } from '@murmuration/contracts'
import { cancelled } from '../domain/news.ts'
import { process, readsFor, telling } from './telling.ts'

export const onOrderCancelled = perform(OrderCancelled, {
  ...telling,
  reads: ({ data }) => readsFor(cancelled(data)),
  intend: ({ data }, rows, facts) => process(cancelled(data), rows, facts),
})
