import type { Admission, Awaitable, Transaction } from '../../ports.ts'
import type { Work } from '../work.ts'
import type { BatchState } from './state.ts'

/** What only one transaction may have, of all works of a batch. */
export function admissible(works: readonly Work[]) {
  const events = new Map<string, { readonly id: string; readonly digest: string }>()
  const keys = new Set<string>()
  const what = { timers: [] as { sagaId: string; name: string }[], effects: [] as string[], parked: [] as string[] }
  for (const { ticket, sagaId, behind } of works) {
    if (behind !== null) keys.add(behind)
    if (ticket.by === 'event') {
      if (!events.has(ticket.id)) events.set(ticket.id, ticket)
    } else if (ticket.by === 'timer') what.timers.push({ sagaId, name: ticket.name })
    else if (ticket.by === 'effect') what.effects.push(ticket.id)
    else if (ticket.by === 'parked') what.parked.push(ticket.id)
  }
  return { ...what, events: [...events.values()], keys: [...keys] }
}

const noDigests: ReadonlyMap<string, string> = new Map()

/** Digests under which events were seen before; asked for only when there are any. */
export function duplicateDigests(works: readonly Work[], admission: Admission, tx: Transaction): Awaitable<ReadonlyMap<string, string>> {
  const ids: string[] = []
  for (const { ticket } of works) if (ticket.by === 'event' && !admission.events.has(ticket.id)) ids.push(ticket.id)
  return ids.length === 0 ? noDigests : tx.digests(ids)
}

/** Lets a work in, once: a message may come twice in a batch, and a deferred one may be tried again for two reasons at a time. */
export function admit({ admission, seen, taken }: BatchState, { ticket, sagaId }: Work): boolean {
  switch (ticket.by) {
    case 'event':
      if (seen.has(ticket.id) || !admission.events.has(ticket.id)) return false
      seen.set(ticket.id, ticket.digest)
      return true
    case 'timer': {
      const timer = `${sagaId}\n${ticket.name}`
      return admission.timers.has(timer) && once(taken, `timer ${timer}`)
    }
    case 'effect':
      return admission.effects.has(ticket.id) && once(taken, `effect ${ticket.id}`)
    case 'parked':
      return admission.parked.has(ticket.id) && once(taken, `parked ${ticket.id}`)
    case 'itself':
      return true
  }
}

function once(taken: Set<string>, token: string): boolean {
  if (taken.has(token)) return false
  taken.add(token)
  return true
}
