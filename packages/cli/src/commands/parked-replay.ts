import { EXIT, usage } from '../errors.ts'
import { withFields } from '../inject/fields.ts'
import { type JsonObject, listOf, objectOf, readJson } from '../json.ts'
import { loadMap } from '../map/load.ts'
import { type Result, tableOf } from '../output.ts'
import { discardParked, listParked, parkingServices, replayParked, showParked } from '../stack/parking.ts'
import type { Stack } from '../stack/stack.ts'

interface Which {
  readonly id?: string
  readonly key?: string
  readonly all?: boolean
  readonly service?: string
}

interface ReplayOptions extends Which {
  readonly file?: string
  readonly set?: readonly string[]
  readonly dryRun?: boolean
  readonly rate?: number
}

// What a replay may end with that leaves the message where it was.
const bad = new Set(['parked', 'failed', 'waiting', 'would stay parked'])

/** `murmur parked replay`. Exit 0 when all that was chosen is handled, 1 when something is parked again or nothing was found. */
export async function replay(stack: Stack, options: ReplayOptions): Promise<Result> {
  const { service, file, dryRun = false, rate, set = [] } = options
  if (file !== undefined && options.id === undefined) throw usage('--file repairs one message: name it with --id')
  if (set.length > 0 && file === undefined) throw usage('--set changes the data of --file')
  const which = whichOf(options)
  const data = file === undefined ? {} : { data: withFields(dataIn(readJson(file)), set) }
  const services = await holders(stack, options)
  const others = file === undefined || options.id === undefined ? none : await elsewhere(stack, options.id, services)
  const results: JsonObject[] = []
  for (const each of services) {
    const answer = await replayParked(stack, each, { ...which, ...data, dryRun, ...(rate === undefined ? {} : { ratePerSecond: rate }) })
    results.push(...listOf(answer['results']).map((result) => ({ service: each, ...objectOf(result) })))
  }
  return resultOf(service, results, { dryRun, ...others })
}

function whichOf({ id, key, all, service }: Which): JsonObject {
  const given = [id, key, all].filter((each) => each !== undefined).length
  if (given > 1) throw usage('only one of --id, --key and --all makes sense')
  if (id !== undefined) return { ids: [id] }
  if (key !== undefined) return { key }
  if (all === true || service !== undefined) return { all: true }
  throw usage('say which: --id, --key, --service or --all', '`murmur parked list` shows what there is.')
}

/** The services that hold what was chosen. A message is parked by each consumer that could not handle it, under the same id. */
async function holders(stack: Stack, { id, key, service }: Which): Promise<readonly string[]> {
  const services = parkingServices(stack, service)
  if (id !== undefined) return (await showParked(stack, services, id)).map((parked) => parked.service)
  const { found } = await listParked(stack, services, { key, limit: 1000 })
  return [...new Set(found.map((parked) => parked.service))]
}

const none = { alsoParkedAt: [] as readonly string[], takenAsItWasBy: [] as readonly string[] }

/** Repaired data that only some consumers get makes them disagree about the saga: who else has to get it, and who has taken the message as it was. */
async function elsewhere(stack: Stack, id: string, services: readonly string[]): Promise<typeof none> {
  const everywhere = parkingServices(stack, undefined)
  const found = await showParked(stack, everywhere, id)
  const { map } = await loadMap()
  const consumers = map.events.find(({ type }) => type === found[0]?.['eventType'])?.consumers ?? []
  const knowing = new Set(found.map(({ service }) => service))
  return {
    alsoParkedAt: found.flatMap(({ service, status }) => (status === 'parked' && !services.includes(service) ? [service] : [])),
    takenAsItWasBy: consumers.filter((consumer) => everywhere.includes(consumer) && !knowing.has(consumer)),
  }
}

/** The data itself, or the `data` of an event as `murmur events` prints it. */
const dataIn = (content: unknown): unknown => objectOf(content)['data'] ?? content

function resultOf(
  service: string | undefined,
  results: readonly JsonObject[],
  { dryRun, alsoParkedAt, takenAsItWasBy }: typeof none & { readonly dryRun: boolean },
): Result {
  const failed = results.filter(({ outcome }) => bad.has(String(outcome))).length
  const rows = results.map((result) => ['service', 'id', 'eventType', 'outcome', 'reason'].map((name) => String(result[name] ?? '')))
  const nothing = `nothing is parked there${service === undefined ? '' : ` (${service})`}`
  const lines = [
    results.length === 0 ? nothing : tableOf([['service', 'id', 'event', dryRun ? 'would be' : 'outcome', 'reason'], ...rows]),
    ...(alsoParkedAt.length === 0 ? [] : [`also parked at ${alsoParkedAt.join(', ')}: replay it there with the same data`]),
    ...(takenAsItWasBy.length === 0
      ? []
      : [`${takenAsItWasBy.join(', ')} took it as it was: compare before you go on, the repaired data may contradict it`]),
  ]
  const json = { dryRun, results, failed, alsoParkedAt, takenAsItWasBy }
  return { json, text: lines.join('\n'), exitCode: results.length === 0 || failed > 0 ? EXIT.no : EXIT.ok }
}

interface DiscardOptions extends Which {
  readonly reason: string
}

/** `murmur parked discard` */
export async function discard(stack: Stack, options: DiscardOptions): Promise<Result> {
  const { id, key, service, reason } = options
  if ((id === undefined) === (key === undefined)) throw usage('say which: --id or --key')
  const services = parkingServices(stack, service)
  const found = id === undefined ? (await listParked(stack, services, { key, limit: 1000 })).found : await showParked(stack, services, id)
  const byService = Map.groupBy(found, (parked) => parked.service)
  const results: JsonObject[] = []
  for (const [each, parked] of byService)
    results.push({
      service: each,
      ...(await discardParked(
        stack,
        each,
        parked.map((one) => one.id),
        reason,
      )),
    })
  const text = results.map((result) => `${String(result['service'])}: ${String(result['discarded'])} discarded`).join('\n')
  return { json: results, text: text || 'nothing is parked there', exitCode: results.length === 0 ? EXIT.no : EXIT.ok }
}
