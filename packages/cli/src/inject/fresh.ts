import { type EventKind, eventByType } from '@murmuration/contracts'
import { newId } from '../ids.ts'
import { listOf, objectOf, textOf } from '../json.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** They name what was there before the saga, and stay, unless it is their own saga. */
const standing = new Set(['userId', 'productId'])

/**
 * The same content with ids of its own: an event's data, an event as `murmur events` prints it, or a list of these. Every id that the sagas made (of orders,
 * payments, refunds, events) becomes a new one, the same wherever it stands; users and products stay who they are. Ids that are no UUIDs stay, too.
 *
 * @param kind what plain data is of; printed events say it themselves
 */
export function withFreshIds(content: unknown, kind?: EventKind): unknown {
  const fresh = new Map<string, string>()
  for (const each of Array.isArray(content) ? content : [content]) collect(each, kind, fresh)
  return replaced(content, fresh)
}

function collect(content: unknown, kind: EventKind | undefined, fresh: Map<string, string>): void {
  const event = objectOf(content)
  const add = (value: unknown) => {
    const id = textOf(value)
    if (id !== undefined && uuid.test(id) && !fresh.has(id)) fresh.set(id, newId())
  }
  if (event['data'] === undefined) return ofData(event, kind, add)
  const headers = objectOf(event['headers'])
  for (const id of [event['id'], event['key'], headers['ce_id'], headers['ce_sagaid']]) add(id)
  ofData(event['data'], eventByType.get(textOf(event['type']) ?? textOf(headers['ce_type']) ?? '') ?? kind, add)
}

function ofData(data: unknown, kind: EventKind | undefined, add: (value: unknown) => void): void {
  for (const [name, value] of Object.entries(objectOf(data))) {
    if (name === kind?.sagaField || (name.endsWith('Id') && !standing.has(name))) add(value)
    for (const inner of Array.isArray(value) ? listOf(value) : [value]) ofData(inner, undefined, add)
  }
}

function replaced(value: unknown, fresh: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return fresh.get(value) ?? value
  if (Array.isArray(value)) return value.map((each) => replaced(each, fresh))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, fresh)]))
}
