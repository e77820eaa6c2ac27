import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'

/** Keys and ids are indexed, and a row of an index has room for 2,704 bytes (PostgreSQL's B-tree). Ours have 36. */
export const MAX_KEY_BYTES = 512
/** What explains a parked message needs no more, however long the message is. */
const MAX_DETAIL_LENGTH = 2_000

// NUL, and halves of surrogate pairs: PostgreSQL's text can hold neither.
const UNSTORABLE = /[\0\p{Surrogate}]/gu

/** Text as PostgreSQL can store it: what it cannot is written as JSON writes it, such as `\u0000`. */
export const storable = (text: string): string =>
  text.isWellFormed() && !text.includes('\0')
    ? text
    : text.replace(UNSTORABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Why something was parked, as it can be stored and read. */
export const detailOf = (text: string): string =>
  storable(text.length > MAX_DETAIL_LENGTH ? `${text.slice(0, MAX_DETAIL_LENGTH)}… (${text.length} characters)` : text)

/**
 * A message's key as text that can be stored and indexed; different keys stay different. What is no such text is `\x` and its bytes, in hexadecimal
 * digits, or the SHA-256 of them. Null for an empty key: strangers that have none have nothing in common.
 */
export function keyOf(bytes: Buffer | null): string | null {
  if (bytes === null || bytes.length === 0) return null
  if (bytes.length > MAX_KEY_BYTES) return `\\x${hash('sha256', bytes)} (SHA-256 of ${bytes.length} bytes)`
  if (isUtf8(bytes) && !bytes.includes(0)) {
    const text = bytes.toString('utf8')
    if (!text.startsWith('\\x')) return text
  }
  return `\\x${bytes.toString('hex')}`
}

/** True when all text in it, names included, is such that PostgreSQL can store it. */
export function isStorable(json: unknown): boolean {
  if (typeof json === 'string') return json.isWellFormed() && !json.includes('\0')
  if (typeof json !== 'object' || json === null) return true
  return Array.isArray(json) ? json.every(isStorable) : Object.entries(json).every(([name, value]) => isStorable(name) && isStorable(value))
}
