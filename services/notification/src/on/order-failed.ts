import { perform } from '@murmuration/choreography'
import { OrderFailed } from '@murmuration/contracts'
import { failed } from '../domain/news.ts'
import { process, readsFor, telling } from './telling.ts'

export const onOrderFailed = perform(OrderFailed, {
  ...telling,
  reads: ({ data }) => readsFor(failed(data)),
  intend: ({ data }, rows, facts) => process(failed(data), rows, facts),
})
