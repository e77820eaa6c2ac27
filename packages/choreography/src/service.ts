import type { ErasedCommand, OnReaction, PerformReaction, TimerReaction } from './reaction.ts'
import type { TableInfo } from './table.ts'

/**
 * A service's contract: everything that it reacts to, as a flat list. The saga map is made from these.
 * `topic` and `group` are literal constants: renaming one loses or re-consumes messages.
 */
export interface ServiceDefinition {
  readonly name: string
  /** Topic of the events that it emits. */
  readonly topic: `${string}.events`
  /** Kafka consumer group. */
  readonly group: string
  /** In the order in which rows are locked, the same in all reactions. */
  readonly tables: readonly TableInfo[]
  readonly reactions: readonly (OnReaction | PerformReaction)[]
  readonly timers?: readonly TimerReaction[]
  readonly commands?: readonly ErasedCommand[]
  /** It wants every event from the broker, also those of services in the same process: default false. */
  readonly fromLogOnly?: boolean
}

/** Checks a definition as far as types cannot: armed timers exist, no event is reacted to twice, emitted events are the service's own. */
export function service(definition: ServiceDefinition): ServiceDefinition {
  const { name, reactions, timers = [], commands = [] } = definition
  const timerNames = new Set(timers.map((timer) => timer.timer))
  for (const rules of [...reactions, ...timers, ...commands]) {
    for (const timer of rules.arms) if (!timerNames.has(timer)) throw new Error(`${name}: nothing reacts to the armed timer ${timer}`)
    for (const event of rules.emits)
      if (event.source !== name) throw new Error(`${name} emits ${event.type}, which belongs to ${event.source}`)
  }
  const types = reactions.map((reaction) => reaction.event.type)
  const twice = types.find((type, index) => types.indexOf(type) !== index)
  if (twice !== undefined) throw new Error(`${name} reacts to ${twice} twice`)
  return definition
}
