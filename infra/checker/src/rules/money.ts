import type { Anomaly } from '../anomaly.ts'
import { type Saga, withSagas } from '../sagas.ts'
import type { Rule } from './rule.ts'

/** For each payment the books hold what the provider's statement says: charged once, refunded once each, never above the charge. */
export const money: Rule = function* (evidence, { sagas }) {
  for (const [line, sagaId] of withSagas(evidence))
    if (sagaId === undefined)
      yield {
        name: 'money_destroyed',
        detail: `the provider has a ${line.type} of ${line.amount} ${line.currency} (${line.reference}) for a payment that nobody knows`,
        service: 'payment',
        amount: line.amount,
      }
  for (const saga of sagas.values()) if (saga.payment !== undefined || saga.statement.length > 0) yield* ofSaga(saga)
}

function* ofSaga({ sagaId, payment, statement }: Saga): Iterable<Anomaly> {
  const charges = statement.filter(({ type }) => type === 'charge')
  const refunds = statement.filter(({ type }) => type === 'refund')
  const found = (name: Anomaly['name'], detail: string, amount: number): Anomaly => ({
    name,
    detail,
    sagaId,
    service: 'payment',
    amount: Math.abs(amount),
  })

  if (charges.length > 1) yield found('duplicated_effect', `charged ${charges.length} times`, sum(charges.slice(1)))
  const twice = refunds.filter(({ reference }, index) => refunds.findIndex((each) => each.reference === reference) < index)
  if (twice.length > 0)
    yield found('duplicated_effect', `refunds made twice: ${twice.map(({ reference }) => reference).join(', ')}`, sum(twice))

  const captured = payment?.status === 'success' || payment?.status === 'refunded' ? (payment.amount ?? 0) : 0
  const refunded = payment?.refundedAmount ?? 0
  const charged = sum(charges)
  const returned = sum(refunds)
  if (captured !== charged)
    yield found(
      captured > charged ? 'money_created' : 'money_destroyed',
      `captured ${captured}, but charged ${charged}`,
      captured - charged,
    )
  if (refunded !== returned)
    yield found(
      refunded < returned ? 'money_created' : 'money_destroyed',
      `recorded ${refunded} as refunded, but the provider refunded ${returned}`,
      refunded - returned,
    )
  if (refunded > captured) yield found('money_destroyed', `refunded ${refunded} of ${captured} that were captured`, refunded - captured)
  const foreign = statement.find(({ currency }) => payment !== undefined && currency !== payment.currency)
  if (foreign !== undefined)
    yield found('money_created', `a payment in ${payment?.currency} is a ${foreign.type} in ${foreign.currency}`, foreign.amount)
}

const sum = (lines: readonly { readonly amount: number }[]): number => lines.reduce((total, { amount }) => total + amount, 0)
