import { refused, unreachable, usage } from '../errors.ts'
import { type JsonObject, listOf, objectOf, textOf } from '../json.ts'
import { note } from '../output.ts'
import { Refused } from './http.ts'
import { callAs } from './session.ts'
import { type Stack, serviceUrl } from './stack.ts'

/** A message that a service could not handle, as that service tells of it. */
export interface Parked extends JsonObject {
  readonly id: string
  readonly service: string
}

/** Neither has a log to react to. */
const withoutParking = new Set(['gateway', 'provider'])

/** The services that may have parked messages, or the one asked for. Exit 2 for one that is not there. */
export function parkingServices(stack: Stack, only: string | undefined): readonly string[] {
  const all = Object.keys(stack.services).filter((name) => !withoutParking.has(name))
  if (only !== undefined && !all.includes(only))
    throw usage(`there is no service ${only} with parked messages`, `There are: ${all.sort().join(', ') || 'none (no stack is running)'}.`)
  if (all.length === 0) throw unreachable('no stack is running here', 'Start one with `npm start -- --detach`.')
  return only === undefined ? all.sort() : [only]
}

const ops = (stack: Stack, service: string, path: string, body?: unknown): Promise<unknown> =>
  callAs(
    stack,
    'admin',
    `${serviceUrl(stack, service)}/ops/parked${path}`,
    body === undefined ? {} : { method: 'POST', body, timeoutMs: 600_000 },
  ).then((answer) => answer.body)

export interface Asked {
  readonly found: readonly Parked[]
  /** Services that did not answer. */
  readonly silent: readonly string[]
}

/** Asks the services, all at once; one that is down is told of on stderr and does not hide the others' answers. */
export async function listParked(
  stack: Stack,
  services: readonly string[],
  { key, limit }: { key?: string | undefined; limit?: number | undefined },
): Promise<Asked> {
  const query = new URLSearchParams({
    ...(key === undefined ? {} : { key }),
    ...(limit === undefined ? {} : { limit: String(Math.min(limit, 1000)) }),
  })
  const silent: string[] = []
  const answers = await Promise.all(
    services.map(async (service) => {
      try {
        const items = listOf(objectOf(await ops(stack, service, `?${query}`))['items']).map(objectOf)
        return items.map((item): Parked => ({ ...item, id: textOf(item['id']) ?? '', service }))
      } catch (error) {
        // A service without a parking place has nothing parked.
        if (error instanceof Refused && error.status === 404) return []
        silent.push(service)
        note(`murmur: ${service}: ${(error as Error).message}`)
        return []
      }
    }),
  )
  return { found: answers.flat().sort((a, b) => String(a['parkedAt']).localeCompare(String(b['parkedAt']))), silent }
}

/** One parked message at each service that has it, with headers and body. */
export async function showParked(stack: Stack, services: readonly string[], id: string): Promise<readonly Parked[]> {
  const answers = await Promise.all(
    services.map(async (service) => {
      try {
        return [{ ...objectOf(await ops(stack, service, `/${encodeURIComponent(id)}`)), id, service }]
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return []
        throw error
      }
    }),
  )
  const found = answers.flat()
  if (found.length === 0) throw refused(`no service has a parked message ${id}`, '`murmur parked list` shows what there is.')
  return found
}

export const replayParked = async (stack: Stack, service: string, request: JsonObject): Promise<JsonObject> =>
  objectOf(await ops(stack, service, '/replay', request))
export const discardParked = async (stack: Stack, service: string, ids: readonly string[], reason: string): Promise<JsonObject> =>
  objectOf(await ops(stack, service, '/discard', { ids, reason }))
