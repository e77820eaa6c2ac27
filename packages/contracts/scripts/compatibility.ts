/**
 * The gate in front of `schemas/`: fails when a released version was edited or removed, or a new one lacks its upcaster, and names the
 * reactions that would break. `--release` writes what is there as released, when nothing is wrong.
 */
import { join } from 'node:path'
import { differences } from './differences.ts'
import { essence, hashOf, type ReleasedSet, readReleased, writeReleased } from './released.ts'
import { type EventSchema, readSchemas, type SchemaSet } from './schema-files.ts'
import { complaints, readSubscriptions, type Subscription } from './subscriptions.ts'

/** One thing that must not be, with the reactions that it would break. */
export interface Violation {
  readonly id: string
  readonly what: string
  readonly details: readonly string[]
  readonly breaks: readonly Subscription[]
}

/** What is judged, all of it plain data. */
export interface Judged {
  readonly set: SchemaSet
  readonly released: ReleasedSet
  readonly upcasts: readonly { readonly type: string; readonly from: number }[]
  readonly subscriptions: readonly Subscription[]
}

export function violations({ set, released, upcasts, subscriptions }: Judged): Violation[] {
  const nameOf = (id: string) => id.replace(/^.*\/|\.v\d+$/g, '')
  const violation = (id: string, what: string, details: readonly string[] = []): Violation => ({
    id,
    what,
    details,
    breaks: subscriptions.filter(({ event }) => event === nameOf(id)),
  })
  const byId = new Map(set.events.map((event) => [event.id, event]))

  const ofReleased = Object.entries(released).flatMap(([id, { hash, schema }]) => {
    const event = byId.get(id)
    if (hashOf(schema) !== hash) return [violation(id, 'its entry in schemas/released.yaml was edited by hand')]
    if (event === undefined) return [violation(id, 'was released and is gone; messages of it are still in the topics')]
    const details = differences(schema, essence(event, set.common))
    return details.length === 0 ? [] : [violation(id, 'was released and is edited; make a new version instead', details)]
  })
  const ofPresent = set.events.flatMap((event) => missingFor(event, set.events, upcasts).map((what) => violation(event.id, what)))
  return [...ofReleased, ...ofPresent]
}

function missingFor({ name, version }: EventSchema, events: readonly EventSchema[], upcasts: Judged['upcasts']): string[] {
  if (version === 1) return []
  const found: string[] = []
  if (!events.some((other) => other.name === name && other.version === version - 1)) found.push(`there is no v${version - 1} before it`)
  if (!upcasts.some(({ type, from }) => type === name && from === version - 1))
    found.push(`has no upcaster from v${version - 1} in packages/contracts/src/upcasts`)
  return found
}

/** What the gate prints for one violation. */
export const describeViolation = ({ id, what, details, breaks }: Violation): string =>
  [
    `schemas/${id}.json: ${what}`,
    ...details.map((line) => `    ${line}`),
    ...breaks.map(({ service, file }) => `  breaks the reaction of ${service}: ${file}`),
    ...(breaks.length === 0 ? ['  no reaction consumes it'] : []),
  ].join('\n')

async function main(release: boolean): Promise<number> {
  const repository = join(import.meta.dirname, '../../..')
  const file = join(repository, 'schemas/released.yaml')
  const set = readSchemas(join(repository, 'schemas'))
  const released = readReleased(file)
  const { upcasts } = await import('../src/upcasts/index.ts')
  const subscriptions = await readSubscriptions(repository)
  for (const line of complaints(subscriptions)) console.error(line)
  const wrong = violations({ set, released, upcasts, subscriptions: subscriptions.found })
  for (const violation of wrong) console.error(describeViolation(violation))
  if (wrong.length > 0) return 1
  const fresh = set.events.filter(({ id }) => released[id] === undefined)
  if (release) writeReleased(file, set)
  for (const { id } of fresh) console.log(`${release ? 'released' : 'not released yet'}: ${id}`)
  console.log(`${set.events.length - fresh.length} released versions are as they were`)
  return 0
}

if (import.meta.main) process.exitCode = await main(process.argv.includes('--release'))
