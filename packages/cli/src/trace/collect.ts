import { setTimeout as sleep } from 'node:timers/promises'
import { endMs, type Span } from './span.ts'
import { hasEnded, linkedTraces, type Story, storyOf } from './story.ts'
import type { TraceStore } from './tempo.ts'

export interface CollectOptions {
  readonly sinceMs: number
  /** How long to wait for the story to be complete; 0 looks once. */
  readonly timeoutMs: number
  readonly pollMs?: number
  /** After so long without anything new, an ended story is complete. */
  readonly quietMs?: number
  progress?(story: Story): void
}

export interface Collected {
  readonly story: Story
  /** False when the time was up first. */
  readonly complete: boolean
}

/** What ended so long ago is exported and searchable by now. */
const SETTLED_MS = 15_000
const AT_ONCE = 8

/** Walks a saga through the store: from the traces that a search finds along their links, again and again until nothing new comes. */
export async function collectStory(store: TraceStore, sagaId: string, options: CollectOptions): Promise<Collected> {
  const { sinceMs, timeoutMs, pollMs = 500, quietMs = 2_000, progress } = options
  const traces = new Map<string, readonly Span[]>()
  const deadline = Date.now() + timeoutMs
  let seen = 0
  let grewAt = Date.now()
  for (;;) {
    const story = await walk(store, sagaId, sinceMs, traces)
    const total = story.spans.length
    if (total > seen) grewAt = Date.now()
    seen = total
    progress?.(story)
    if (isComplete(story, Date.now() - grewAt, quietMs)) return { story, complete: true }
    if (Date.now() + pollMs > deadline) return { story, complete: false }
    await sleep(pollMs)
  }
}

async function walk(store: TraceStore, sagaId: string, sinceMs: number, traces: Map<string, readonly Span[]>): Promise<Story> {
  let wanted: ReadonlySet<string> = new Set([...(await store.search(sagaId, sinceMs, Date.now() + 60_000)), ...traces.keys()])
  const asked = new Set<string>()
  for (;;) {
    const due = [...wanted].filter((id) => !asked.has(id) && !isSettled(traces.get(id)))
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const ids = due.slice(at, at + AT_ONCE)
      const found = await Promise.all(ids.map((id) => store.trace(id)))
      ids.forEach((id, index) => {
        asked.add(id)
        traces.set(id, found[index] ?? [])
      })
    }
    const story = storyOf(sagaId, traces)
    wanted = linkedTraces(story)
    if ([...wanted].every((id) => asked.has(id) || isSettled(traces.get(id)))) return story
  }
}

const isSettled = (spans: readonly Span[] | undefined): boolean =>
  spans !== undefined && spans.length > 0 && Date.now() - lastEnd(spans) > SETTLED_MS

const lastEnd = (spans: readonly Span[]): number => Math.max(...spans.map(endMs))

function isComplete(story: Story, quietForMs: number, quietMs: number): boolean {
  if (story.spans.length === 0) return false
  if (Date.now() - lastEnd(story.spans) > SETTLED_MS) return true
  // A missing parent or an unjoined trace may still be on its way.
  if (story.orphans.length > 0) return false
  const ended = hasEnded(story)
  return ended === undefined ? quietForMs >= 2 * quietMs : ended && quietForMs >= quietMs
}
