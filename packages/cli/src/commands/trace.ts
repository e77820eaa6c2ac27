import { EXIT } from '../errors.ts'
import { timeOfId } from '../ids.ts'
import { note, type Result } from '../output.ts'
import { need, type Stack } from '../stack/stack.ts'
import { collectStory } from '../trace/collect.ts'
import type { Compensations } from '../trace/compensation.ts'
import { drawStory } from '../trace/draw.ts'
import type { Span } from '../trace/span.ts'
import type { Story } from '../trace/story.ts'
import { tempo } from '../trace/tempo.ts'

interface Options {
  readonly timeout?: number
  readonly all?: boolean
  readonly since?: number
  readonly json?: boolean
}

// Clocks differ, and Tempo refuses to look further back than a week.
const SKEW_MS = 5 * 60_000
const MAX_BACK_MS = 6.9 * 24 * 3_600_000

/** `murmur trace` */
export async function trace(
  stack: Stack,
  sagaId: string,
  { timeout = 20, all = false, since = 24, json = false }: Options,
): Promise<Result> {
  const start = timeOfId(sagaId) ?? Date.now() - since * 3_600_000
  const sinceMs = Math.max(Math.min(start, Date.now()) - SKEW_MS, Date.now() - MAX_BACK_MS)
  const { story, complete } = await collectStory(tempo(need(stack, 'tempo')), sagaId, {
    sinceMs,
    timeoutMs: timeout * 1000,
    ...progressOn(process.stderr),
  })
  if (process.stderr.isTTY) process.stderr.write(CLEAR)
  if (story.spans.length === 0) {
    const text = `no spans of ${sagaId} in Tempo\n  → Is the id right? Was the saga sampled (SAGA_SAMPLE_RATIO)? \`murmur events ${sagaId}\` shows what the topics have.`
    return { json: jsonOf(story), text, exitCode: EXIT.no }
  }
  if (!complete) note(`murmur: the saga had not come to its end within ${timeout} s; this is what there is so far`)
  const text = json ? '' : drawStory(story, { all, compensations: await marks(story) })
  return { json: jsonOf(story), text, exitCode: story.orphans.length === 0 ? EXIT.ok : EXIT.no }
}

/** The document that `--json` promises; times in milliseconds since 1970. */
export const jsonOf = ({ sagaId, traces, spans, orphans }: Story) => ({ sagaId, traces, spans: spans.map(plain), orphans })

const plain = ({ error, ...span }: Span) => ({ ...span, ...(error === undefined ? {} : { error }) })

/** Compensations by this checkout's map; a checkout that cannot be read costs only the marks. */
async function marks(story: Story): Promise<Compensations> {
  const [{ loadMap }, { compensationsOf }] = await Promise.all([import('../map/load.ts'), import('../trace/compensation.ts')])
  const { map, unreadable } = await loadMap()
  if (unreadable.length > 0) note(`murmur: compensations of these are not marked: ${unreadable.join('; ')}`)
  return compensationsOf(story, map)
}

const CLEAR = '\r\u001b[K'

function progressOn(stream: NodeJS.WriteStream) {
  if (!stream.isTTY) return {}
  const waiting = ({ spans }: Story) => (spans.length === 0 ? ' (waiting for Tempo)' : '')
  return {
    progress: (story: Story) => void stream.write(`${CLEAR}walking: ${story.traces} traces, ${story.spans.length} spans${waiting(story)}`),
  }
}
