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

/** What a batch may take in once only: a deferred message may be tried again for two reasons at a time. */
export function tokenOf({ ticket, sagaId }: Work): string {
  if (ticket.by === 'itself') return ''
  return ticket.by === 'timer' ? `timer ${sagaId}\n${ticket.name}` : `${ticket.by} ${ticket.id}`
}

export function admitted({ admission, seen }: BatchState, { ticket, sagaId }: Work, token: string): boolean {
  if (ticket.by !== 'itself' && seen.has(token)) return false
  switch (ticket.by) {
    case 'event':
      return admission.events.has(ticket.id)
    case 'timer':
      return admission.timers.has(`${sagaId}\n${ticket.name}`)
    case 'effect':
      return admission.effects.has(ticket.id)
    case 'parked':
      return admission.parked.has(ticket.id)
    case 'itself':
      return true
  }
}
