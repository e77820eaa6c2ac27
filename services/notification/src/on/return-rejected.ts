import { perform } from '@murmuration/choreography'
import { ReturnRejected } from '@murmuration/contracts'
import { returnRejected } from '../domain/news.ts'
import { process, readsFor, telling } from './telling.ts'

export const onReturnRejected = perform(ReturnRejected, {
  ...telling,
  reads: ({ data }) => readsFor(returnRejected(data)),
  intend: ({ data }, rows, facts) => process(returnRejected(data), rows, facts),
})
