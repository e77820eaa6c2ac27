import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServiceDefinition } from '@murmuration/choreography'
import { type SagaMap, sagaMap } from '@murmuration/choreography/map'
import { events } from '@murmuration/contracts'
import { messageOf } from '../errors.ts'
import { root } from '../stack/stack.ts'

export interface LoadedMap {
  readonly map: SagaMap
  /** Services whose `src/subscriptions.ts` could not be read, each with the reason. */
  readonly unreadable: readonly string[]
}

/** The saga map of this checkout: from every `services/<name>/src/subscriptions.ts`, by importing it. */
export async function loadMap(repository = root): Promise<LoadedMap> {
  const loaded = await loadAll(repository)
  const definitions = loaded.flatMap((one) => ('definition' in one ? [one.definition] : []))
  return { map: sagaMap(definitions, events), unreadable: loaded.flatMap((one) => ('unreadable' in one ? [one.unreadable] : [])) }
}

/** A consumer group and the topics that it reads. */
export interface Consumer {
  readonly group: string
  readonly topics: readonly string[]
}

/** Who reads what in this checkout; services that react to nothing are left out. */
export async function consumers(): Promise<readonly Consumer[]> {
  return (await loadAll(root)).flatMap((one) => {
    if (!('definition' in one)) return []
    const { group, reactions } = one.definition
    const topics = [...new Set(reactions.map(({ event }) => event.topic))]
    return topics.length === 0 ? [] : [{ group, topics }]
  })
}

type Loaded = { readonly definition: ServiceDefinition } | { readonly unreadable: string }

async function loadAll(repository: string): Promise<readonly Loaded[]> {
  const folder = join(repository, 'services')
  const files = (existsSync(folder) ? readdirSync(folder) : [])
    .sort()
    .map((name) => ({ name, file: join(folder, name, 'src/subscriptions.ts') }))
    .filter(({ file }) => existsSync(file))
  return await Promise.all(files.map(load))
}

async function load({ name, file }: { name: string; file: string }): Promise<Loaded> {
  const place = `services/${name}/src/subscriptions.ts`
  try {
    const { subscriptions } = (await import(pathToFileURL(file).href)) as { subscriptions?: ServiceDefinition }
    return subscriptions === undefined ? { unreadable: `${place} does not export subscriptions` } : { definition: subscriptions }
  } catch (error) {
    // What `service()` refuses, for instance a timer that is armed and that nothing reacts to any more.
    return { unreadable: `${place}: ${messageOf(error)}` }
  }
}
