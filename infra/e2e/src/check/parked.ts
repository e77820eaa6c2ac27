import { eventually } from '@murmuration/testing'
import { inject } from 'vitest'
import { admin } from '../shop/people.ts'

/** As `/ops/parked` shows it. */
export interface Parked {
  readonly id: string
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: string | null
  readonly key: string | null
  readonly eventType: string | null
  readonly reason: string
  readonly detail: string
}

async function ops(service: string, path: string, body?: object): Promise<unknown> {
  const { token } = await admin()
  const answer = await fetch(`${inject('stack').urls[service]}/ops/parked${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text) as unknown
}

export async function parkedAt(service: string): Promise<Parked[]> {
  const { items } = (await ops(service, '')) as { items: Parked[] }
  return items
}

/** Waits until a service has parked the message that lies there. */
export const parked = (service: string, place: { topic: string; partition: number; offset: string }): Promise<Parked> =>
  eventually(
    async () => {
      const all = await parkedAt(service)
      const found = all.find(
        ({ topic, partition, offset }) => topic === place.topic && partition === place.partition && offset === place.offset,
      )
      if (found === undefined) throw new Error(`${service} has not parked ${JSON.stringify(place)}, but ${JSON.stringify(all)}`)
      return found
    },
    { timeoutMs: 15_000, everyMs: 100 },
  )

export const replay = (service: string, body: object) => ops(service, '/replay', body)
export const discard = (service: string, ids: readonly string[]) => ops(service, '/discard', { ids, reason: 'a test' })
