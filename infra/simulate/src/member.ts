import type { EffectHandler, ServiceDefinition } from '@murmuration/choreography'
import type { Outside } from './outside/outside.ts'
import type { Changes } from './watch/changes.ts'

/** What can differ from one simulated flock to another. */
export interface Settings {
  /** How long inventory holds stock for an unpaid order, in ms. */
  readonly holdMs: number
  /** How long payment waits before each further attempt at a declined refund, in ms. */
  readonly refundRetriesMs: readonly number[]
}

/** A service as it takes part in the simulation: its real subscriptions, its effects over the outside world in memory, and what its rows may never do. */
export interface Member {
  definition(settings: Settings): ServiceDefinition
  effects?(outside: Outside): Readonly<Record<string, EffectHandler>>
  /** What is wrong with the rows that one transaction has changed together; cheap, as it is asked after each commit. */
  watch?(changes: Changes): Iterable<string>
}
