import type { Rule } from './rule.ts'

/** The same event may lie in its topic several times, but never with another body. */
export const bodies: Rule = function* ({ events, injected }) {
  const digests = new Map<string, number>()
  for (const { id, type, digest, sagaId, source, topic, partition, offset } of events) {
    if (injected.has(id) || injected.has(`${topic}/${partition}/${offset}`)) continue
    const known = digests.get(id) ?? digest
    digests.set(id, known)
    if (known !== digest)
      yield { name: 'unexplained_difference', detail: `${type} ${id} lies in its topic with two bodies`, sagaId, service: source }
  }
}
