import type { Command, EffectHandler, Handled, HandOver, Parking, ServiceDefinition } from '@murmuration/choreography'
import type { Change, MemoryDatabase } from '@murmuration/choreography/memory'
import type { EventLog, LogMessage, Store, VersionedRow } from '@murmuration/choreography/ports'
import type { ForeignMessage } from './broker/topics.ts'
import type { FaultId, Weather } from './fate.ts'
import type { Wire } from './wire.ts'

/** What an instance of a service stands on. */
export interface Ports {
  readonly store: Store
  readonly eventLog: EventLog
  readonly effects: Readonly<Record<string, EffectHandler>>
  /** Undefined where services have nothing to do with each other but the broker. */
  readonly handOver: HandOver | undefined
}

/** A service as it takes part in a simulation. */
export interface SimulatedService {
  readonly definition: ServiceDefinition
  /** Implementations of its side effects, for an instance that reaches the outside over this wire. */
  effects?(outside: { readonly wire: Wire; readonly instance: string }): Readonly<Record<string, EffectHandler>>
  /** Its tables' CHECK constraints: what is wrong with a row, or undefined. */
  check?(table: string, row: object): string | undefined
  /** Replaces parts of what an instance stands on, called at each start: how a bug is planted. */
  ports?(ports: Ports): Ports
  /** How many instances run side by side; by default one or two, as the seed has it. */
  readonly instances?: number
}

/** Something that somebody outside does. */
export interface Deed {
  /** Milliseconds after the start. */
  readonly atMs: number
  /** What it is, for the story. */
  readonly name: string
  /** It makes good what others have done, so a run without it proves nothing: shrinking leaves it in. */
  readonly mends?: boolean
  /** Does it, and may tell in a few words what came of it. What it throws is told, too, and is no violation. */
  run(world: World): Promise<string | undefined> | string | undefined
}

/** What somebody outside can do to the services, and see of them. */
export interface World {
  /** Milliseconds since 1970. */
  now(): number
  after(ms: number, task: () => void): void
  sleep(ms: number): Promise<void>
  /**
   * Sends a command to an instance of the service, as a client that knows what it wants: again, with the same input, until there is an answer. Resolves
   * with the reply, or rejects with what the command was refused with.
   */
  execute<Input, Reply>(service: string, command: Command<Input, Reply>, input: Input): Promise<Reply>
  /** The operator's side of a running instance. Its calls fail with Transient when the instance dies. */
  parking(service: string): Promise<Parking>
  /** A committed row. */
  row<Row extends object>(
    service: string,
    table: { readonly name: string; one(key: string): { readonly row?: Row } },
    key: string,
  ): Row | undefined
  /** All committed rows of a table by key. */
  rows(service: string, table: { readonly name: string }): ReadonlyMap<string, VersionedRow>
  database(service: string): MemoryDatabase
  /** What a topic holds, in the order of writing, of one key or of all. */
  records(topic: string, key?: string): readonly LogMessage[]
  /** Writes a message as a stranger would. @returns its place, `topic/partition/offset` */
  write(topic: string, message: ForeignMessage): string
  /** Freezes all instances of a service for a while. */
  silence(service: string, forMs: number): void
  /** Adds a line to the story. */
  tell(what: string): void
}

/** What runs, what is done to it, and what must hold. Made afresh for each run, so it may keep its own state. */
export interface Scenario {
  readonly services: readonly SimulatedService[]
  /** In the order of time. */
  readonly workload: readonly Deed[]
  /** Called after each commit: what is broken by what it changed. Cheap, please. */
  afterCommit?(service: string, change: Change, world: World): Iterable<string>
  /** Called when all is quiet for good: what is broken. */
  atEnd?(world: World): Iterable<string>
  /** Called for each piece of work that was handled, after its commit. */
  handled?(service: string, handled: Handled): void
  /** A name for an id in the story. */
  nameOf?(id: string): string | undefined
}

/** The part of a run that shrinking takes away from. */
export interface Plan {
  /** The only faults that strike; undefined for all that the seed brings. */
  readonly faults?: ReadonlySet<FaultId>
  /** The only deeds that are done, by their place in the workload. */
  readonly deeds?: ReadonlySet<number>
  /** False: every call is answered at once. */
  readonly delays?: boolean
}

export interface RunOptions {
  readonly seed: number
  readonly plan?: Plan
  /** Whether the story is told; costs time. */
  readonly story?: boolean
  readonly weather?: Partial<Weather>
  /** Default what the seed has. */
  readonly hosting?: 'together' | 'apart'
}

export interface Violation {
  /** Milliseconds after the start. */
  readonly atMs: number
  readonly what: string
}

export interface Run {
  readonly seed: number
  /** Pieces of work (events, timers, commands, conclusions) that the services have decided and committed; duplicates are not counted. */
  readonly events: number
  readonly duplicates: number
  /** In the order in which they were found. A broken promise of one commit ends the run. */
  readonly violations: readonly Violation[]
  /** The faults that struck, in their order. */
  readonly faults: readonly FaultId[]
  readonly deeds: number
  /** Virtual time, in ms. */
  readonly tookMs: number
  readonly story: readonly string[]
}
