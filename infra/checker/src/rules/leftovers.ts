import { isExplained } from '../parking.ts'
import type { Saga } from '../sagas.ts'
import type { Rule } from './rule.ts'

/** When all is quiet, outboxes and effects are empty, nothing is deferred, no timer of an ended saga is armed, and only planted poison is parked. */
export const leftovers: Rule = function* (evidence, { sagas }) {
  for (const { service, id, key } of evidence.outbox)
    yield { name: 'unexplained_difference', detail: `event ${id} is committed, but still in the outbox`, sagaId: key, service }
  for (const { service, id, name, sagaId } of evidence.effects)
    yield { name: 'stuck_saga', detail: `the effect ${name} (${id}) is not concluded`, sagaId, service }
  for (const { service, name, sagaId } of evidence.timers)
    if (hasEnded(sagas.get(sagaId)))
      yield { name: 'unexplained_difference', detail: `the timer ${name} is armed although the saga has ended`, sagaId, service }
  const explained = isExplained(evidence)
  for (const row of evidence.parked) {
    const { service, status, reason, detail, eventType, key } = row
    const about = { service, ...(key === null ? {} : { sagaId: key }) }
    if (status === 'deferred') yield { name: 'stuck_saga', detail: `${eventType} is still deferred: ${detail}`, ...about }
    if (status === 'parked' && !explained(row)) yield { name: 'parked', detail: `${eventType} is parked (${reason}): ${detail}`, ...about }
  }
}

const hasEnded = (saga: Saga | undefined): boolean => {
  const { order } = saga ?? {}
  return order === undefined || order.status === 'confirmed' || order.status === 'cancelled' || order.status === 'failed'
}
