import { setTimeout as sleep } from 'node:timers/promises'
import { patient } from '@murmuration/checker'
import { collectStory, isProcess, type Span, type Story, type TraceStore, tempo } from '@murmuration/cli'
import { inject } from 'vitest'

export interface Told extends Story {
  /** How many messages were handled in it. */
  readonly handled: number
  /** Messages that one service handled in two spans. */
  readonly doubled: readonly string[]
  readonly services: readonly string[]
}

const groupOf = (span: Span): string => String(span.attributes['messaging.consumer.group.name'] ?? span.service)

// Tempo refuses what does not fit into its queue, and several stories are walked at a time.
const atOnce = 6
let asking = 0
const waiting: (() => void)[] = []

async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  if (asking === atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else asking++
  try {
    return await ask()
  } finally {
    const next = waiting.shift()
    if (next === undefined) asking--
    else next()
  }
}

function traces(): TraceStore {
  const store = patient(tempo(inject('stack').tempo))
  return { search: (...about) => inTurn(() => store.search(...about)), trace: (id) => inTurn(() => store.trace(id)) }
}

/** All spans that say they belong to a saga, joined by links or not. */
export async function spansOf(sagaId: string): Promise<Span[]> {
  const store = traces()
  const ids = await store.search(sagaId, Date.now() - 600_000, Date.now() + 60_000)
  return (await Promise.all(ids.map((id) => store.trace(id)))).flat().filter(({ attributes }) => attributes['saga.id'] === sagaId)
}

const looks = 4

/**
 * The saga as Tempo has it, once nothing new comes any more. While Tempo moves a trace from memory to disk it may not find it for a moment, so
 * a story with a hole is looked at again before it is believed.
 */
export async function storyOf(sagaId: string, { timeoutMs = 40_000 }: { timeoutMs?: number } = {}): Promise<Told> {
  for (let look = 1; ; look++) {
    const { story, complete } = await collectStory(traces(), sagaId, { sinceMs: Date.now() - 600_000, timeoutMs })
    if (complete && (story.orphans.length === 0 || look === looks)) return toldOf(story)
    if (!complete)
      throw new Error(`the story of ${sagaId} is not complete: ${JSON.stringify({ spans: story.spans.length, orphans: story.orphans })}`)
    await sleep(1500)
  }
}

function toldOf(story: Story): Told {
  const handled = story.spans.filter(isProcess).map((span) => `${groupOf(span)} ${String(span.attributes['messaging.message.id'])}`)
  const doubled = handled.filter((each, index) => handled.indexOf(each) !== index)
  return { ...story, handled: handled.length, doubled, services: [...new Set(story.spans.map(({ service }) => service))].sort() }
}
