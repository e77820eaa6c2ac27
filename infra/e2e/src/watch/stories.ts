import { edgesOfStories, recordEdges } from '@murmuration/checker'
import { declaredNames, edgeName } from '@murmuration/choreography/edge'
import { loadMap } from '@murmuration/cli'
import { expect, it } from 'vitest'
import { storyOf } from './story.ts'

const told: { orderId: string; services: readonly string[] }[] = []

/** Remembers a saga whose story is looked at when all of the file's tests are done: Tempo needs some seconds, which they share then. */
export function remember(orderId: string, services: readonly string[] = []): string {
  told.push({ orderId, services })
  return orderId
}

/** The last test of a file: every remembered saga is one story in Tempo, without orphans, without a message handled twice, and without an edge that nobody declares. */
export function tellsTheStories(): void {
  it('tells each of these sagas as one story: every span is reached by links from the request, none twice', async () => {
    const stories = await Promise.all(told.map(async ({ orderId, services }) => ({ services, story: await storyOf(orderId) })))
    for (const { services, story } of stories) {
      expect(story.orphans, story.sagaId).toEqual([])
      expect(story.doubled, story.sagaId).toEqual([])
      expect(story.handled, story.sagaId).toBeGreaterThanOrEqual(4)
      expect(story.services, story.sagaId).toEqual(expect.arrayContaining(['gateway', 'order', ...services]))
    }
    expect(stories.length).toBeGreaterThan(0)
    const edges = edgesOfStories(stories.map(({ story }) => story))
    recordEdges('e2e', { messages: [], spans: edges })
    const declared = declaredNames((await loadMap()).map)
    expect(edges.map(edgeName).filter((name) => !declared.has(name))).toEqual([])
  })
}
