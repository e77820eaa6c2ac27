import type { ErasedDecision, ErasedRules, LoadedRows, ServiceDefinition } from '@murmuration/choreography'
import type { Store, Transaction } from '@murmuration/choreography/ports'
import type { Facts } from '@murmuration/contracts'
import type { Mutant } from './mutant.ts'

type Decide = (input: never, rows: never, facts: Facts) => ErasedDecision
type Rewrite = (decide: (input: unknown, rows: LoadedRows, facts: Facts) => ErasedDecision, definition: ServiceDefinition) => Decide

/** Another decision for one event, timer or command of a service. */
export const redecide =
  (service: string, triggers: readonly string[], rewrite: Rewrite): NonNullable<Mutant['definition']> =>
  (definition) => {
    if (definition.name !== service) return definition
    const changed = <Rules extends ErasedRules>(rules: Rules, name: string): Rules =>
      triggers.includes(name) ? { ...rules, decide: rewrite(rules.decide.bind(rules), definition) as ErasedRules['decide'] } : rules
    return {
      ...definition,
      reactions: definition.reactions.map((reaction) => changed(reaction, reaction.event.type)),
      timers: (definition.timers ?? []).map((timer) => changed(timer, timer.timer)),
      commands: (definition.commands ?? []).map((command) => changed(command, command.name)),
    }
  }

/** What a decision changes and tells; undefined for one that ignores or waits. */
export const acted = (decision: ErasedDecision) => ('ignored' in decision || 'notYet' in decision ? undefined : decision)

/** Every transaction of a store, with some of its steps replaced. */
export const transactions = (store: Store, replace: (transaction: Transaction) => Partial<Transaction>): Store => ({
  ...store,
  begin: async () => {
    const transaction = await store.begin()
    return { ...transaction, ...replace(transaction) }
  },
})

/** The background loops' view of a store, with some of it replaced. */
export const relaying = (store: Store, replaced: Partial<Store['relay']>): Store => ({ ...store, relay: { ...store.relay, ...replaced } })
