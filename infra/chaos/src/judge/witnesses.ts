import { setTimeout as sleep } from 'node:timers/promises'
import { patient } from '@murmuration/checker'
import { collectStory, type Story, tempo } from '@murmuration/cli'

const atOnce = 3

interface Time {
  /** When the stack began, in ms since 1970. */
  readonly sinceMs: number
  /** How long Tempo, which yields to all others, has to answer. */
  readonly forMs: number
}

/** What spans tell of these sagas, the last ones first, as far as Tempo tells it in time. */
export async function witnesses(url: string, sagaIds: readonly string[], { sinceMs, forMs }: Time): Promise<Story[]> {
  const store = patient(tempo(url))
  const stories: Story[] = []
  const until = Date.now() + forMs
  const waiting = sagaIds.toReversed().values()
  const walk = async (): Promise<void> => {
    for (const sagaId of waiting) {
      if (Date.now() > until) return
      const story = await collectStory(store, sagaId, { sinceMs, timeoutMs: 0 }).then(
        ({ story }) => whole(story),
        () => undefined,
      )
      if (story !== undefined && story.spans.length > 0) stories.push(story)
    }
  }
  await Promise.race([sleep(forMs, undefined, { ref: false }), Promise.all(Array.from({ length: atOnce }, walk))])
  return [...stories]
}

/** A process that is killed takes its last spans along, and what hung on them hangs in the air: only whole traces can witness against the map. */
function whole({ spans, orphans, ...story }: Story): Story {
  const torn = new Set(orphans.map(({ traceId }) => traceId))
  return { ...story, spans: spans.filter(({ traceId }) => !torn.has(traceId)), orphans: [] }
}
