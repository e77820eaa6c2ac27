import { check, collect, edgesOfMessages, recordEdges } from '@murmuration/checker'
import { expect, inject, it } from 'vitest'
import { quiet } from '../watch/lag.ts'
import { written } from '../watch/written.ts'

const began = Date.now()
/** A saga's id is a UUID of version 7: its first 48 bits are the time. */
const bornMs = (sagaId: string): number => Number.parseInt(sagaId.replaceAll('-', '').slice(0, 12), 16)

/**
 * The last test of a file: rows, topics, the provider's statement and inboxes explain each other, for all of its sagas that no test has tampered
 * with. Those of earlier files are their own affair: the injection scripts leave forged ones behind. Notes which edges of the map were seen.
 */
export function everythingIsExplained(): void {
  it('leaves nothing unexplained: no saga lost, stuck or done twice, no piece and no cent too many or too few', async () => {
    await quiet()
    const { brokers, postgres, provider } = inject('stack')
    const evidence = await collect({ kafka: brokers, postgres, provider }, { sinceMs: Date.now() - 3_600_000, injected: written() })
    const others = evidence.events.filter(({ id, sagaId }) => evidence.injected.has(id) || bornMs(sagaId) < began)
    const leftOut = new Set(others.map(({ sagaId }) => sagaId))
    const own = evidence.events.filter(({ sagaId }) => !leftOut.has(sagaId))
    recordEdges('e2e', { messages: edgesOfMessages(own, evidence.injected) })
    expect(check(evidence).filter(({ sagaId }) => sagaId === undefined || !leftOut.has(sagaId))).toEqual([])
  })
}
