import type { IncomingHttpHeaders } from 'node:http'

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const quoted = String.raw`"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"`
// One way to read each blank, so that no header makes it try many.
const named = `${token}[\\t ]*(?:=[\\t ]*(?:(?:${token}|${quoted})[\\t ]*)?)?`
const preference = new RegExp(`^[\\t ]*(${token})[\\t ]*(?:=[\\t ]*(?:(${token}|${quoted})[\\t ]*)?)?(?:;[\\t ]*(?:${named})?)*$`)
// A quote that is never closed takes all the rest with it.
const element = /(?:[^",]|"(?:[^"\\]|\\.?)*(?:"|$))+/g

const unquoted = (word: string): string => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word)

/**
 * The preferences of a `Prefer` header (RFC 7240), by name in lower case; those without value have ''. Of one that comes more than once the first counts,
 * their parameters and what is no preference at all are left out: nothing in this header is ever an error.
 */
export function preferences(header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [text] of header.matchAll(element)) {
    const [, name, value = ''] = preference.exec(text) ?? []
    const key = name?.toLowerCase()
    if (key !== undefined && !found.has(key)) found.set(key, unquoted(value))
  }
  return found
}

export const longestWaitSeconds = 30

/** Seconds to wait by `Prefer: wait=N`, never more than the longest; undefined when the client does not want to, or says it in no whole seconds. */
export function preferredWait({ prefer }: IncomingHttpHeaders): number | undefined {
  if (prefer === undefined) return undefined
  const wanted = preferences(Array.isArray(prefer) ? prefer.join(',') : prefer).get('wait') ?? ''
  return /^\d+$/.test(wanted) ? Math.min(Number(wanted), longestWaitSeconds) : undefined
}
