import type { LogMessage } from '@murmuration/choreography'

/** An event of an order's saga as its customer sees it. */
export interface StoryEvent {
  id: string
  type: string
  source: string
  time: string
  data: unknown
}

/** The same with what decides its place in the story. */
export interface Happening {
  readonly topic: string
  /** When the log took it, milliseconds since 1970. */
  readonly at: number
  /** The id of the event that made it. */
  readonly cause: string | undefined
  readonly event: StoryEvent
}

// How payments are scored is not for those who pay.
const withoutData = new Set(['risk.events'])
// It becomes the name of a field of the stream.
const typeName = /^\w{1,100}$/

/** What a message tells; undefined when it is no event. */
export function happeningOf({ topic, headers, value, timestamp: at }: LogMessage): Happening | undefined {
  const { ce_id: id, ce_type: type, ce_source: source, ce_time: time, ce_causationid: cause } = headers
  if (!id || !type || !typeName.test(type) || !source || !time) return undefined
  try {
    const data: unknown = withoutData.has(topic) ? {} : JSON.parse(value?.toString('utf8') ?? 'null')
    return { topic, at, cause, event: { id, type, source, time, data } }
  } catch {
    return undefined
  }
}
