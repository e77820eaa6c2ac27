import { type Anomaly, check } from '@murmuration/checker'
import type { ServiceDefinition } from '@murmuration/choreography'
import { type SagaMap, sagaMap } from '@murmuration/choreography/map'
import { events } from '@murmuration/contracts'
import type { Scenario, Deed as SimulatedDeed, SimulatedService, World } from '@murmuration/simulation'
import type { Scene } from '../deeds/deed.ts'
import { offer, openWarehouse } from '../deeds/goods.ts'
import { perform } from '../deeds/index.ts'
import { openNotebook } from '../deeds/notebook.ts'
import { blockCountry, register, suspendAndLetIn } from '../deeds/people.ts'
import { flock } from '../flock.ts'
import type { Mutant } from '../mutants/mutant.ts'
import type { Mailbox } from '../outside/mailer.ts'
import { type Entry, openProvider } from '../outside/provider.ts'
import { sendWebhooks, webhookPlan } from '../outside/webhooks.ts'
import { changesOf } from '../watch/changes.ts'
import { evidenceOf } from '../watch/evidence.ts'
import { handledOnce } from '../watch/handled-once.ts'
import { lettingInInOrder } from '../watch/in-order.ts'
import { notKept } from '../watch/kept.ts'
import { overdueTimers } from '../watch/overdue.ts'
import { staleProjections } from '../watch/projections.ts'
import { brokenPromises } from '../watch/promises.ts'
import { draw } from '../workload/draw.ts'
import { nameOf } from '../workload/ids.ts'
import { sentence } from '../workload/sentence.ts'
import { see } from './seen.ts'

/** Everything that runs under a seed: the flock with its fault, if one is planted, its customers, and what must hold. */
export function scenarioOf(seed: number, mutant: Mutant | undefined): Scenario {
  const plan = draw(seed)
  const notebook = openNotebook()
  const webhooks = webhookPlan(plan)
  const mailbox: Mailbox = new Map()
  const sight: { world?: World } = {}
  const provider = openProvider(
    () => sight.world?.now() ?? 0,
    (entry: Entry) => {
      if (sight.world !== undefined) sendWebhooks(entry, webhooks, sceneIn(sight.world))
    },
  )
  const members = flock.map((member) => {
    const definition = member.definition(plan)
    return { member, definition: mutant?.definition?.(definition) ?? definition }
  })
  const watches = new Map(members.map(({ member, definition }) => [definition.name, member.watch]))
  const commands = new Map(
    members.flatMap(({ definition: { name, commands: own = [] } }) => own.map((one) => [`${name} ${one.name}`, one])),
  )
  const decisions = handledOnce()
  const outOfOrder = lettingInInOrder()
  const overdue = overdueTimers(() =>
    members.flatMap(({ definition: { name } }) => (sight.world === undefined ? [] : [[name, sight.world.database(name)] as const])),
  )
  let scene: Scene | undefined
  const sceneIn = (world: World): Scene => {
    scene ??= {
      // Who sends a command knows it by its name: it is decided as the service, mutant or not, has it.
      world: {
        ...world,
        execute: (service, command, input) =>
          world.execute(service, (commands.get(`${service} ${command.name}`) ?? command) as typeof command, input),
      },
      plan,
      notebook,
    }
    return scene
  }
  const inScene =
    (run: (scene: Scene) => Promise<string | undefined>): SimulatedDeed['run'] =>
    (world) => {
      sight.world = world
      return run(sceneIn(world))
    }

  return {
    services: members.map(({ member, definition }): SimulatedService => {
      const { effects } = member
      const own = mutant?.effects ?? ((handlers) => handlers)
      return {
        definition,
        ...(effects === undefined ? {} : { effects: ({ wire, instance }) => own(effects({ provider, mailbox, wire }), instance) }),
        ...(mutant?.ports === undefined ? {} : { ports: mutant.ports }),
      }
    }),
    workload: [
      { atMs: 0, name: 'the shop opens', run: inScene(({ world }) => open(world, plan)) },
      ...plan.deeds.map((deed) => ({
        atMs: deed.atMs,
        name: sentence(deed),
        mends: deed.does === 'look after parked',
        run: inScene((scene) => perform(deed, scene)),
      })),
    ],
    handled: decisions.note,
    afterCommit(service, change, world) {
      const { rows, writes } = change
      const wrong = [...overdue(world.now()), ...notKept(service, writes.parked, world.records), ...outOfOrder(service, change)]
      const watch = watches.get(service)
      if (watch === undefined || rows.length === 0) return wrong
      return [...wrong, ...watch(changesOf(Map.groupBy(rows, ({ table }) => table)))]
    },
    *atEnd(world) {
      const databases = new Map(members.map(({ definition: { name } }) => [name, world.database(name)]))
      const messages = members.flatMap(({ definition: { topic } }) => world.records(topic))
      const evidence = evidenceOf({ map: mapOf(members.map(({ definition }) => definition)), databases, messages, provider, notebook })
      if (mutant === undefined) see(evidence)
      for (const anomaly of [...check(evidence), ...brokenPromises(evidence, notebook), ...staleProjections(world), ...decisions.twice])
        yield told(anomaly)
      yield* overdue(world.now(), true)
    },
    nameOf,
  }
}

let map: SagaMap | undefined

/** The same for all seeds and faults: these change what is decided, and no subscription. */
const mapOf = (definitions: readonly ServiceDefinition[]): SagaMap => {
  map ??= sagaMap(definitions, events)
  return map
}

async function open(world: World, { users, warehouses, goods }: Scene['plan']): Promise<undefined> {
  await Promise.all(warehouses.map((priority, warehouse) => openWarehouse(world, warehouse, priority)))
  await Promise.all([
    blockCountry(world),
    ...Array.from({ length: users }, (_, user) => register(world, user)),
    ...goods.map((one) => offer(world, one)),
  ])
  await suspendAndLetIn(world, 0)
}

const told = ({ name, service, sagaId, detail }: Anomaly): string =>
  [name, service, sagaId, detail].filter((part) => part !== undefined).join(': ')
