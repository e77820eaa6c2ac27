import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { edgeName } from '@murmuration/choreography/edge'
import type { MapService, SagaMap } from '@murmuration/choreography/map'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { map as mapCommand } from '../src/commands/map.ts'
import { documentOf } from '../src/map/document.ts'
import { loadMap } from '../src/map/load.ts'
import { mermaidOf } from '../src/map/mermaid.ts'
import { observedFolder, observedProblems } from '../src/map/observed.ts'
import { partsOf } from '../src/map/part.ts'

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)

describe('the map of a checkout', () => {
  let sagas: SagaMap
  beforeAll(async () => {
    sagas = (await loadMap(fixture('shop'))).map
  })

  it('is read off the services’ subscriptions', () => {
    expect(sagas.services.map(({ name }) => name)).toEqual(['inventory', 'order'])
    expect(sagas.edges.map(({ from, service, to }) => `${from.name} ${service} ${to}`)).toContain('OrderPlaced inventory StockReserved')
  })

  it('is drawn with commands, timers and dashed compensations', () => {
    const picture = mermaidOf(partsOf(sagas)[0] as ReturnType<typeof partsOf>[number])
    expect(picture).toContain('command_PlaceOrder -->|"order"| event_OrderPlaced')
    expect(picture).toContain('event_StockReserved -.->|"↩ order"| event_OrderCancelled')
    expect(picture).toContain('event_OrderPlaced --o|arms| timer_expires')
    expect(picture).toContain('timer_expires{{"⏱ expires"}}:::timer')
  })

  it('has a canvas for each service', () => {
    const page = documentOf(sagas)
    expect(page).toContain('### inventory')
    expect(page).toContain('| OrderPlaced | decides | StockRejected, StockReserved | – | expires |')
    expect(page.split('\n')[0]).toContain('Generated from services/*/src/subscriptions.ts')
  })

  it('leaves out, and names, a service whose list cannot be read', async () => {
    const { map, unreadable } = await loadMap(fixture('broken'))
    expect(map.services).toEqual([])
    expect(unreadable).toEqual([expect.stringContaining('nothing reacts to the armed timer expires')])
  })
})

describe('the check', () => {
  it('passes for this checkout: every event has its producer and its consumers, and the page is up to date', async () => {
    const { exitCode, json } = await mapCommand({ check: true })
    expect(json).toEqual({ ok: true, problems: [] })
    expect(exitCode).toBe(0)
  })

  it('fails and names what is wrong: here all that the small shop lacks, and the page that was never written', async () => {
    const { exitCode, json } = await mapCommand({ check: true, repository: fixture('shop') })
    const { problems } = json as { problems: { code: string; name: string }[] }
    expect(exitCode).toBe(1)
    expect(problems).toContainEqual(expect.objectContaining({ code: 'never_emitted', name: 'PaymentCaptured' }))
    expect(problems).toContainEqual(expect.objectContaining({ code: 'no_consumer', name: 'OrderCancelled' }))
    expect(problems).toContainEqual(expect.objectContaining({ code: 'stale' }))
  })

  it('fails when a service cannot be read', async () => {
    const { exitCode, json } = await mapCommand({ check: true, repository: fixture('broken') })
    expect(exitCode).toBe(1)
    expect((json as { problems: { code: string }[] }).problems[0]?.code).toBe('unreadable')
  })

  it('would notice every single subscription that is deleted', async () => {
    const { map } = await loadMap()
    const page = documentOf(map)
    const without = map.services.flatMap((service) => service.reactions.map((reaction) => [service, reaction] as const))
    expect(without.length).toBeGreaterThan(20)
    for (const [service, reaction] of without) {
      const rest: MapService = { ...service, reactions: service.reactions.filter((each) => each !== reaction) }
      const changed = { ...map, services: map.services.map((each) => (each === service ? rest : each)) }
      expect(documentOf(changed), `${service.name} without ${reaction.from.name}`).not.toBe(page)
    }
  })
})

describe('the map against what was seen', () => {
  let folder = ''
  let edges: readonly string[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'murmur-observed-'))
    edges = (await loadMap(fixture('shop'))).map.edges.map(edgeName)
  })
  afterAll(() => rm(folder, { recursive: true }))
  const problems = async (tallies: Readonly<Record<string, { messages: readonly string[]; spans: readonly string[] }>>) => {
    await mkdir(join(folder, observedFolder), { recursive: true })
    for (const [suite, tally] of Object.entries(tallies))
      await writeFile(join(folder, observedFolder, `${suite}.json`), JSON.stringify(tally))
    return observedProblems((await loadMap(fixture('shop'))).map, folder).map(({ code, message }) => `${code}: ${message}`)
  }

  it('asks for a tally when there is none', async () => {
    expect(await problems({})).toEqual([expect.stringContaining('no_tally')])
  })

  it('is content when the suites together have seen each edge, and none that is not declared', async () => {
    const spans = ['command ? → order → OrderPlaced']
    expect(await problems({ e2e: { messages: edges.slice(1), spans }, simulation: { messages: edges.slice(0, 1), spans: [] } })).toEqual([])
  })

  it('names the edge that nobody declares, and the one that nobody has seen', async () => {
    const drift = 'event OrderPlaced → inventory → OrderCancelled'
    expect(await problems({ e2e: { messages: edges.slice(1), spans: [drift] }, simulation: { messages: [], spans: [] } })).toEqual([
      `undeclared_edge: ${drift}: seen in e2e, but in no subscription`,
      `unseen_edge: ${edges[0]}: declared, but never seen in e2e, simulation`,
    ])
  })
})
