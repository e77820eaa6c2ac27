import { hash } from 'node:crypto'

/**
 * How far a stream has come: how many of the saga's events of each topic were told, in the order of the topics, and the id of the last one. A topic keeps
 * the order of a saga's events, so this is exact on any gateway, however the topics came together; and it says nothing of others' events, as offsets would.
 */
export interface Bookmark {
  readonly last: string
  readonly counts: readonly number[]
}

const written = /^([\w-]{1,64}):(\d{1,6}(?:\.\d{1,6}){0,15})$/
const plain = /^[\w-]{1,64}$/

/** An event's id as bookmarks name it: the id of any foreign event fits into a header. */
export const nameOf = (eventId: string): string => (plain.test(eventId) ? eventId : hash('sha256', eventId, 'base64url'))

/** The `id` of a server-sent event: `019a9d3e-…:2.1.1.0.0.0`. */
export const idOf = ({ last, counts }: Bookmark): string => `${last}:${counts.join('.')}`

/** A stream's `Last-Event-ID`; undefined when it is none of ours. */
export function bookmarkOf(id: unknown): Bookmark | undefined {
  const [, last, counts] = (typeof id === 'string' && written.exec(id)) || []
  return last === undefined || counts === undefined ? undefined : { last, counts: counts.split('.').map(Number) }
}
