import { RuleViolation } from '@murmuration/contracts'

/** What those outside remember: what they were promised, and what they have planted. */
export interface Notebook {
  /** Orders, and refunds and returns with their order, whose commands were answered with a yes. */
  readonly placed: Set<string>
  readonly cancelled: Set<string>
  readonly refunds: Map<string, string>
  readonly returns: Map<string, string>
  /** Ids and places (`topic/partition/offset`) of messages that came from no service. */
  readonly planted: Set<string>
  /** The right data of events that were planted with wrong ones, by their ids. */
  readonly repairs: Map<string, object>
  /** Answers that no client should ever get. */
  readonly surprises: { readonly sagaId: string; readonly what: string }[]
}

export const openNotebook = (): Notebook => ({
  placed: new Set(),
  cancelled: new Set(),
  refunds: new Map(),
  returns: new Map(),
  planted: new Set(),
  repairs: new Map(),
  surprises: [],
})

/**
 * Awaits an answer that may be one of these refusals.
 * @returns undefined when it was refused, and the refusal's code is told
 */
export async function answered<Reply>(
  notebook: Notebook,
  sagaId: string,
  asked: Promise<Reply>,
  refusals: readonly string[],
): Promise<{ readonly reply: Reply } | { readonly refused: string }> {
  try {
    return { reply: await asked }
  } catch (error) {
    if (!(error instanceof RuleViolation)) {
      // What passes was asked again. This is a 500.
      notebook.surprises.push({ sagaId, what: `was told of an error: ${(error as Error).message}` })
      return { refused: 'internal_error' }
    }
    if (!refusals.includes(error.code)) notebook.surprises.push({ sagaId, what: `was refused: ${error.code}: ${error.message}` })
    return { refused: error.code }
  }
}
