import { memoryDatabase, memoryLog, memoryStore, rowsOf, type MemoryDatabase } from '@murmuration/choreography/memory'
import { sagaMap } from '@murmuration/choreography/map'
import { events } from '@murmuration/contracts'
import { startRuntime } from '../../../packages/choreography/src/runtime/runtime.ts'
import { check } from '@murmuration/checker'
import { perform } from './deeds/index.ts'
import { openNotebook } from './deeds/notebook.ts'
import { offer } from './deeds/goods.ts'
import { blockCountry, register } from './deeds/people.ts'
import { flock } from './flock.ts'
import { openProvider } from './outside/provider.ts'
import { changesOf } from './watch/changes.ts'
import { evidenceOf } from './watch/evidence.ts'
import { brokenPromises } from './watch/promises.ts'
import { dice } from './workload/dice.ts'
import { draw } from './workload/draw.ts'
import type { World } from './world.ts'

import { mutants } from './mutants/index.ts'
let mutant: any
const seed0 = Number(process.argv[2] ?? 1), count = Number(process.argv[3] ?? 1)
let handled = 0
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
async function runOne(seed: number) {
  const chance = dice(seed)
  let now = Date.parse('2026-01-01T10:00:00Z'); const start = now; let seq = 0; let ids = 0
  const heap: { at: number; seq: number; task: () => void }[] = []
  const at = (ms: number, task: () => void) => { heap.push({ at: ms, seq: seq++, task }) }
  const around = {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) => new Promise<void>((resolve) => { if (signal?.aborted) return resolve(); signal?.addEventListener('abort', () => resolve(), { once: true }); at(now + ms, resolve) }),
    after: (ms: number, task: () => void) => at(now + ms, task),
    soon: (task: () => void) => at(now, task),
    deadline: (_ms: number, signal: AbortSignal) => signal,
    random: () => chance.below(1 << 30) / (1 << 30),
    newId: () => `00000000-0000-7000-9000-${String(++ids).padStart(12, '0')}`,
  }
  const plan = draw(seed)
  const log = memoryLog({ around })
  const notebook = openNotebook()
  const problems: string[] = []
  const databases = new Map<string, MemoryDatabase>()
  const runtimes = new Map<string, any>()
  const provider = openProvider(() => now, () => {})
  const mailbox = new Map()
  const wire = async <A>(_: string, answer: () => A) => { await around.sleep(1 + chance.below(50)); return answer() }
  const run = async (until: () => boolean, limit: number) => {
    let steps = 0
    while (!until()) {
      await settle()
      if (until()) break
      heap.sort((a, b) => a.at - b.at || a.seq - b.seq)
      const next = heap.shift(); if (!next) return
      if (next.at > start + limit) { heap.push(next); return }
      now = Math.max(now, next.at); next.task(); if (++steps > 500000) throw new Error('endless')
    }
  }
  const starting = Promise.all(flock.map(async (member) => {
    const definition = (mutant?.definition ?? ((d: any) => d))(member.definition(plan))
    const database = memoryDatabase({ now: () => now, committed: (change) => {
      const by = new Map<string, any[]>(); for (const r of change.rows) by.set(r.table, [...(by.get(r.table) ?? []), r])
      for (const wrong of member.watch?.(changesOf(by)) ?? []) problems.push(`${now - start} ${definition.name}: ${wrong}`)
    } })
    databases.set(definition.name, database)
    const runtime = await startRuntime(definition, { around, frozen: true, ...((mutant?.ports ?? ((p: any) => p))({ store: memoryStore(database, { consumer: definition.group }), eventLog: log, effects: member.effects?.({ provider, mailbox, wire }) ?? {} }, definition.name)), onHandled: () => void handled++ })
    runtimes.set(definition.name, runtime)
  }))
  let started = false; void starting.then(() => { started = true })
  await run(() => started, 1e9)
  const world: World = {
    now: () => now, after: around.after,
    execute: (service, command, input) => runtimes.get(service).execute((mutant?.definition ?? ((d: any) => d))(flock.find((m) => m.definition(plan).name === service)!.definition(plan)).commands.find((c: any) => c.name === command.name), input),
    row: (service, table, key) => rowsOf(databases.get(service)!, table.name).get(key)?.row as never,
    records: (topic, key) => log.records(topic).filter((m) => m.key === key),
    write: (topic, message) => { const m = log.write(topic, message); return `${m.topic}/${m.partition}/${m.offset}` },
    parking: (service) => Promise.resolve(runtimes.get(service).parking),
    silence: () => {}, provider,
  }
  const scene = { world, plan, notebook }
  const story: string[] = []
  void blockCountry(world); for (let u = 0; u < plan.users; u++) void register(world, u); for (const g of plan.goods) void offer(world, g)
  for (const deed of plan.deeds) at(start + deed.atMs, () => { void perform(deed, scene).then((told) => { if (told !== undefined) story.push(`${now - start} ${JSON.stringify(deed)} -> ${told}`) }, (e) => problems.push(`${JSON.stringify(deed)} ${e.stack}`)) })
  await run(() => false, 120_000)
  for (let i = 0; i < 3; i++) { let done = false; void perform({ atMs: 0, does: 'look after parked' }, scene).then(() => { done = true }); await run(() => done, 150_000 ) ; await run(() => false, 160_000 + i*1000) }
  const map = sagaMap(flock.map((m) => m.definition(plan)), events)
  const evidence = evidenceOf({ map, databases, messages: ["order.events","inventory.events","payment.events","risk.events","channel.events","notification.events","user.events","product.events"].flatMap((t) => log.records(t)), provider, notebook })
  const anomalies = [...check(evidence), ...brokenPromises(evidence, notebook)]
  if (process.argv[4] === 'story' ) console.log(story.join('\n'))
  return { problems, anomalies }
}
if (process.argv[4] === 'mutants') {
  for (mutant of mutants) {
    if (process.argv[5] && mutant.name !== process.argv[5]) continue
    let found = ''
    for (let seed = seed0; seed < seed0 + count && !found; seed++) {
      const { problems, anomalies } = await runOne(seed).catch((e) => ({ problems: [String(e.stack).slice(0, 300)], anomalies: [] as any[] }))
      if (problems.length + anomalies.length > 0) found = `${seed} ${problems[0] ?? ''} ${anomalies.map((a: any) => a.name + ' ' + a.detail).slice(0, 3)}`
    }
    console.log(mutant.name, found || '-- NOT FOUND')
  }
  process.exit()
}
const t = performance.now()
let bad = 0
for (let seed = seed0; seed < seed0 + count; seed++) {
  const { problems, anomalies } = await runOne(seed)
  if (problems.length + anomalies.length > 0) { bad++; console.log(seed, problems, anomalies.map((a) => `${a.name} ${a.service ?? ''} ${a.sagaId ?? ''} ${a.detail}`)) }
}
console.log({ bad, handled, perS: handled / ((performance.now() - t) / 1000) })
process.exit()
