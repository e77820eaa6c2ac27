import { collectStory, type Story, type TraceStore, tempo } from '@murmuration/cli'

const AT_ONCE = 4

/** How often a story with a hole is looked at: while Tempo moves a trace from memory to disk it may not find it for a moment. */
const LOOKS = 3

/**
 * Sagas as Tempo tells them. Sagas of which it has nothing are left out: they were not sampled.
 *
 * @param url Tempo's base URL
 */
export async function storiesOf(url: string, sagaIds: readonly string[], sinceMs: number): Promise<readonly Story[]> {
  const store = tempo(url)
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
