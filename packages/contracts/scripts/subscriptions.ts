import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compare } from './schema-files.ts'

/** One reaction of a service to an event, as plain data: this package knows nothing of the choreography's types. */
export interface Subscription {
  readonly service: string
  readonly event: string
  /** From the repository's root. */
  readonly file: string
}

export interface Subscriptions {
  readonly found: readonly Subscription[]
  /** Consumer group by service, where it is known. */
  readonly groups: ReadonlyMap<string, string>
  /** Why a service's list could not be read, by service; for these `found` goes by the names of their files. */
  readonly unreadable: ReadonlyMap<string, string>
}

interface Definition {
  readonly group: string
  readonly reactions: readonly { readonly event: { readonly type: string } }[]
}

/** `OrderPlaced` → `order-placed.ts` */
const fileOf = (event: string) => `${event.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()}.ts`
const eventOf = (file: string) => file.replace(/\.ts$/, '').replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Who reacts to what: from each service's `src/subscriptions.ts`, by importing it. */
export async function readSubscriptions(repository: string): Promise<Subscriptions> {
  const root = join(repository, 'services')
  const services = existsSync(root) ? readdirSync(root).sort(compare) : []
  const found: Subscription[] = []
  const groups = new Map<string, string>()
  const unreadable = new Map<string, string>()
  for (const service of services) {
    const list = join(root, service, 'src/subscriptions.ts')
    if (!existsSync(list)) continue
    const loaded = await load(list)
    if ('reason' in loaded) unreadable.set(service, loaded.reason)
    else groups.set(service, loaded.group)
    const events = 'reason' in loaded ? eventsByFile(join(root, service, 'src/on')) : loaded.reactions.map(({ event }) => event.type)
    found.push(...events.sort(compare).map((event) => ({ service, event, file: `services/${service}/src/on/${fileOf(event)}` })))
  }
  return { found, groups, unreadable }
}

// The very change that is judged may have broken a list, for instance by an event that is gone: no reason to stop.
async function load(file: string): Promise<Definition | { readonly reason: string }> {
  try {
    const { subscriptions } = (await import(pathToFileURL(file).href)) as { subscriptions?: Definition }
    return subscriptions ?? { reason: 'it exports no subscriptions' }
  } catch (error) {
    return { reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
  }
}

/** One line for each list that could not be read. */
export const complaints = ({ unreadable }: Subscriptions): string[] =>
  [...unreadable].map(
    ([service, reason]) => `services/${service}/src/subscriptions.ts cannot be read, going by the names of its files: ${reason}`,
  )

const eventsByFile = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map(eventOf)
    : []
