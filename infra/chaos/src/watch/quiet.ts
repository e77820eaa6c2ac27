import { setTimeout as sleep } from 'node:timers/promises'
import { type Databases, type Unfinished, unfinished } from '@murmuration/checker'

/** `order: 3 outbox, 12 orders; group risk: 4 messages behind` */
export const textOf = (left: Unfinished): string =>
  Object.entries(left)
    .map(([name, what]) => `${name}: ${what}`)
    .join('; ')

interface Patience {
  /** How long nothing may change. */
  readonly patienceMs: number
  readonly told: (left: Unfinished) => void
}

/** Waits until all is quiet, or nothing changes any more. @returns what is left then */
export async function quiet(databases: Databases, brokers: string, { patienceMs, told }: Patience): Promise<Unfinished> {
  let last = ''
  let since = Date.now()
  for (let quietBefore = false; ; ) {
    const left = await unfinished(databases, brokers).catch((error: unknown) => ({ stack: String(error) }))
    told(left)
    const now = textOf(left)
    // Twice in a row: between the first query and the last something may have moved on.
    if (now === '' && quietBefore) return left
    quietBefore = now === ''
    if (now !== last) since = Date.now()
    last = now
    if (Date.now() - since > patienceMs) return left
    await sleep(500)
  }
}
