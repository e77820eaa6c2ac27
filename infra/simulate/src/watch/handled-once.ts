import type { Anomaly } from '@murmuration/checker'
import type { Handled } from '@murmuration/choreography'

/** Notes what services decide: each event once. One that was deferred or parked may be decided later, and then is. */
export function handledOnce() {
  const seen = new Set<string>()
  const twice: Anomaly[] = []
  return {
    twice,
    /** @param instance `inventory 2` */
    note(instance: string, { name, sagaId, outcome, input }: Handled): void {
      const id = (input as { readonly id?: unknown } | undefined)?.id
      if (typeof id !== 'string' || (outcome !== 'handled' && outcome !== 'ignored')) return
      const [service = instance] = instance.split(' ')
      const decided = `${service} ${id}`
      if (seen.has(decided)) twice.push({ name: 'duplicated_effect', service, sagaId, detail: `${name} ${id} was decided twice` })
      seen.add(decided)
    },
  }
}
