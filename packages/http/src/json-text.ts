/** Why a JSON text is refused although `JSON.parse` would take it. */
export type JsonFault = 'too_deep' | 'duplicate_key' | 'forbidden_key' | 'forbidden_character'

const codeOf = (character: string): number => character.charCodeAt(0)
const [quote, backslash, colon] = [codeOf('"'), codeOf('\\'), codeOf(':')]
const [open, close, openList, closeList] = [codeOf('{'), codeOf('}'), codeOf('['), codeOf(']')]

// Only strings with escapes can hide a NUL or half a surrogate pair; PostgreSQL stores neither.
function decoded(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return undefined
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at
  }
  return text.length
}

/**
 * Looks for what `JSON.parse` lets pass: deep nesting, a key twice in one object, `__proto__`, NUL and lone surrogates.
 * One pass over the text; whether it is JSON at all is left to `JSON.parse`.
 */
export function jsonFault(text: string, maxDepth: number): JsonFault | undefined {
  // The keys seen of each object that is open here; undefined for a list.
  const objects: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = endOfString(text, at + 1)
      const value = decoded(text.slice(at + 1, end))
      if (value !== undefined && (value.includes('\0') || !value.isWellFormed())) return 'forbidden_character'
      at = end
      let next = end + 1
      while (next < text.length && text.charCodeAt(next) <= 32) next++
      const keys = objects.at(-1)
      if (keys && value !== undefined && text.charCodeAt(next) === colon) {
        if (value === '__proto__') return 'forbidden_key'
        if (keys.has(value)) return 'duplicate_key'
        keys.add(value)
      }
    } else if (code === open || code === openList) {
      if (objects.length >= maxDepth) return 'too_deep'
      objects.push(code === open ? new Set() : undefined)
    } else if (code === close || code === closeList) objects.pop()
  }
  return undefined
}
