import { perform } from '@murmuration/choreography'
import { ReturnApproved } from '@murmuration/contracts'
import { returnApproved } from '../domain/news.ts'
import { process, readsFor, telling } from './telling.ts'

export const onReturnApproved = perform(ReturnApproved, {
  ...telling,
  reads: ({ data }) => readsFor(returnApproved(data)),
  intend: ({ data }, rows, facts) => process(returnApproved(data), rows, facts),
})
