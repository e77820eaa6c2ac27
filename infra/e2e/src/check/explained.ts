import { check, collect, edgesOfMessages, recordEdges } from '@murmuration/checker'
import { expect, inject, it } from 'vitest'
import { quiet } from '../watch/lag.ts'
import { written } from '../watch/written.ts'

/**
 * The last test of a file: rows, topics, the provider's statement and inboxes explain each other, for all sagas so far that no test has tampered
 * with. Notes which edges of the map were seen.
 */
export function everythingIsExplained(): void {
  it('leaves nothing unexplained: no saga lost, stuck or done twice, no piece and no cent too many or too few', async () => {
    await quiet()
    const { brokers, postgres, provider } = inject('stack')
    const evidence = await collect({ kafka: brokers, postgres, provider }, { sinceMs: Date.now() - 3_600_000, injected: written() })
    recordEdges('e2e', { messages: edgesOfMessages(evidence.events, evidence.injected) })
    const tampered = new Set(evidence.events.filter(({ id }) => evidence.injected.has(id)).map(({ sagaId }) => sagaId))
    expect(check(evidence).filter(({ sagaId }) => sagaId === undefined || !tampered.has(sagaId))).toEqual([])
  })
}
