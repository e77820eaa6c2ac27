import type { Anomaly } from '@murmuration/checker'
import type { Handled } from '@murmuration/choreography'

/** Notes what services decide: each event once. One that was deferred or parked may be decided later, and then is. */
export function handledOnce() {
  /** By service. */
  const seen = new Map<string, Set<string>>()
  const twice: Anomaly[] = []
  return {
    twice,
    note(service: string, { name, sagaId, outcome, input }: Handled): void {
      const id = (input as { readonly id?: unknown } | undefined)?.id
      if (typeof id !== 'string' || (outcome !== 'handled' && outcome !== 'ignored')) return
      const ids = seen.get(service)
      if (ids === undefined) seen.set(service, new Set([id]))
      else if (ids.has(id)) twice.push({ name: 'duplicated_effect', service, sagaId, detail: `${name} ${id} was decided twice` })
      else ids.add(id)
    },
  }
}
