import { describe, expect, it } from 'vitest'
import { collectStory } from '../src/trace/collect.ts'
import type { Span } from '../src/trace/span.ts'
import type { TraceStore } from '../src/trace/tempo.ts'
import { declined, sagaId, type Told, traceId, tracesOf } from './stories.ts'

/** A store in which each trace appears after so many looks; `hidden` ones are not found by search, only by their id. */
function growing(
  spans: readonly Told[],
  { startMs, after = {}, hidden = [] }: { startMs: number; after?: Record<string, number>; hidden?: string[] },
) {
  const traces = tracesOf(spans, startMs)
  const names = new Map([...new Set(spans.map(({ at }) => at.split('/')[0] as string))].map((name) => [traceId(name), name]))
  let looks = 0
  const asked: string[] = []
  const there = (id: string) => looks > (after[names.get(id) ?? ''] ?? 0)
  const store: TraceStore = {
    search: () => {
      looks++
      return Promise.resolve([...traces.keys()].filter((id) => there(id) && !hidden.includes(names.get(id) ?? '')))
    },
    trace: (id) => {
      asked.push(names.get(id) ?? id)
      return Promise.resolve(there(id) ? (traces.get(id) as readonly Span[]) : [])
    },
  }
  return { store, asked, looks: () => looks }
}

const now = () => Date.now() - 100
const options = { sinceMs: 0, pollMs: 5, quietMs: 30 }

describe('walking a saga', () => {
  it('follows links to a trace that the search did not find', async () => {
    const { store } = growing(declined, { startMs: now(), hidden: ['post', 'pay'] })
    const { story, complete } = await collectStory(store, sagaId, { ...options, timeoutMs: 2_000 })
    expect(complete).toBe(true)
    expect(story.traces).toBe(7)
    expect(story.orphans).toEqual([])
  })

  it('goes on until the end has come and nothing new comes', async () => {
    const { store } = growing(declined, { startMs: now(), after: { cancel: 3, late: 6, tell: 4 } })
    const { story, complete } = await collectStory(store, sagaId, { ...options, timeoutMs: 2_000 })
    expect(complete).toBe(true)
    expect(story.spans).toHaveLength(declined.length)
  })

  it('waits for a parent that is not stored yet rather than calling its child an orphan', async () => {
    const { store } = growing(declined, { startMs: now(), after: { post: 8 } })
    const { story } = await collectStory(store, sagaId, { ...options, timeoutMs: 2_000 })
    expect(story.orphans).toEqual([])
  })

  it('gives what there is when the time is up', async () => {
    const { store } = growing(declined, { startMs: now(), after: { tell: 1_000_000 } })
    const { story, complete } = await collectStory(store, sagaId, { ...options, timeoutMs: 100 })
    expect(complete).toBe(false)
    expect(story.traces).toBe(6)
  })

  it('looks only once at a saga that ended long ago', async () => {
    const { store, asked, looks } = growing(declined, { startMs: Date.now() - 3_600_000 })
    const { story, complete } = await collectStory(store, sagaId, { ...options, timeoutMs: 2_000 })
    expect(complete).toBe(true)
    expect(looks()).toBe(1)
    expect(asked).toHaveLength(story.traces)
  })

  it('finds nothing of a saga that does not exist', async () => {
    const { story, complete } = await collectStory(growing([], { startMs: now() }).store, sagaId, { ...options, timeoutMs: 20 })
    expect(complete).toBe(false)
    expect(story).toEqual({ sagaId, traces: 0, spans: [], orphans: [] })
  })
})
