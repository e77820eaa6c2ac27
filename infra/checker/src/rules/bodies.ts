import type { Rule } from './rule.ts'

/** The same event may lie in its topic several times, but never with another body. */
export const bodies: Rule = function* (_evidence, { rewritten }) {
  for (const { id, type, sagaId, source } of rewritten)
    yield { name: 'unexplained_difference', detail: `${type} ${id} lies in its topic with two bodies`, sagaId, service: source }
}
