import { setTimeout as sleep } from 'node:timers/promises'
import { collectStory, type Story, type TraceStore, tempo } from '@murmuration/cli'

/** Tempo refuses what does not fit into its queue, and gives up by itself when the machine is busy. */
const AT_ONCE = 2
const TRIES = 4

/** How often a story with a hole is looked at: while Tempo moves a trace from memory to disk it may not find it for a moment. */
const LOOKS = 3

/**
 * Sagas as Tempo tells them. Sagas of which it has nothing are left out: they were not sampled.
 *
 * @param url Tempo's base URL
 */
export async function storiesOf(url: string, sagaIds: readonly string[], sinceMs: number): Promise<readonly Story[]> {
  const store = patient(tempo(url))
  const stories: Story[] = []
  const waiting = sagaIds.values()
  const walk = async () => {
    for (const sagaId of waiting) {
      const story = await storyOf(store, sagaId, sinceMs)
      if (story.spans.length > 0) stories.push(story)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, walk))
  return stories
}

async function storyOf(store: TraceStore, sagaId: string, sinceMs: number): Promise<Story> {
  for (let look = 1; ; look++) {
    const { story } = await collectStory(store, sagaId, { sinceMs, timeoutMs: 2_000 })
    if (story.orphans.length === 0 || look === LOOKS) return story
  }
}

/** Asks again, up to some seconds, what Tempo did not answer. */
export function patient({ search, trace }: TraceStore): TraceStore {
  const insist = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    for (let left = TRIES - 1; ; left--) {
      try {
        return await ask()
      } catch (error) {
        if (left === 0) throw error
        await sleep(500)
      }
    }
  }
  return { search: (...about) => insist(() => search(...about)), trace: (id) => insist(() => trace(id)) }
}
