import type { Evidence } from './evidence.ts'
import type { ParkedRow } from './rows.ts'

/** Tells whether a parked message is one that the workload injected, or waits behind one. */
export function isExplained({ parked, injected }: Evidence): (row: ParkedRow) => boolean {
  const isInjected = ({ eventId, place }: ParkedRow) =>
    (eventId !== null && injected.has(eventId)) || (place !== null && injected.has(place))
  const poisoned = new Set(parked.filter(isInjected).map(({ service, key }) => `${service}/${key}`))
  return (row) => isInjected(row) || (row.reason === 'behind' && poisoned.has(`${row.service}/${row.key}`))
}

/** Sagas that cannot have gone on, as an own message of theirs waits behind injected poison, or was given up by an operator. */
export function heldSagas(evidence: Evidence): ReadonlySet<string> {
  const explained = isExplained(evidence)
  const { injected, parked } = evidence
  return new Set(
    parked.flatMap((row) => {
      const own = row.eventId === null || !injected.has(row.eventId)
      const held = row.status === 'discarded' || (row.status === 'parked' && row.reason === 'behind' && explained(row))
      return own && held && row.key !== null ? [row.key] : []
    }),
  )
}
