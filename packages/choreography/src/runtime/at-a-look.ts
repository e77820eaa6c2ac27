import type { Awaitable, Surroundings } from '../ports.ts'
import { within } from './within.ts'

/** Looks that come together share one answer. */
const TOGETHER_MS = 500
const PATIENCE_MS = 1_000

/**
 * Figures that are asked for when somebody looks. None is kept: what held before an outage would be told for as long as that lasts, as if it still held.
 * A look rejects when there is no answer, or none in time.
 */
export function atALook<Figures>(around: Surroundings, ask: () => Awaitable<Figures>): () => Promise<Figures> {
  let asked: { readonly at: number; readonly answer: Promise<Figures> } | undefined
  const answerNow = async (): Promise<Figures> => {
    let answer: { readonly figures: Figures } | undefined
    await within(
      around,
      PATIENCE_MS,
      Promise.resolve(ask()).then((figures) => (answer = { figures })),
    )
    if (answer === undefined) throw new Error(`no answer within ${PATIENCE_MS} ms`)
    return answer.figures
  }
  return () => {
    if (asked === undefined || around.now() - asked.at >= TOGETHER_MS) asked = { at: around.now(), answer: answerNow() }
    return asked.answer
  }
}
