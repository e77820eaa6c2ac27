/** Which states can follow which, directly or by several steps: one transaction may take a row several steps further. */
export type Machine = ReadonlyMap<string, ReadonlySet<string>>

/** From the states' direct successors. */
export function machineOf(steps: Readonly<Record<string, Iterable<string>>>): Machine {
  const machine = new Map(Object.entries(steps).map(([state, next]) => [state, new Set(next)]))
  for (const reached of machine.values()) for (const state of reached) for (const next of machine.get(state) ?? []) reached.add(next)
  return machine
}

/**
 * The direct successors by a table of transitions (fact → state → move).
 * @param states where a move leads to; moves that are not named stay where they are
 */
export function stepsBy(
  transitions: Readonly<Record<string, Readonly<Record<string, string>>>>,
  states: Readonly<Record<string, string>>,
): Readonly<Record<string, Iterable<string>>> {
  const steps: Record<string, Set<string>> = {}
  for (const moves of Object.values(transitions))
    for (const [from, move] of Object.entries(moves)) {
      const known = (steps[from] ??= new Set())
      if (states[move] !== undefined) known.add(states[move])
    }
  return steps
}

/** Undefined when the machine has a way from the one state to the other. */
export function offTheTable(machine: Machine, what: string, before: string | undefined, after: string): string | undefined {
  if (before === undefined || before === after || machine.get(before)?.has(after)) return undefined
  return `${what} went from ${before} to ${after}, which its machine does not allow`
}

/** Which of these fields, which never may, has changed. */
export function changedForGood<Row extends object>(
  what: string,
  before: Row | undefined,
  after: Row,
  fields: readonly (keyof Row)[],
): string[] {
  if (before === undefined) return []
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => `${what} changed its ${String(field)} from ${String(before[field])} to ${String(after[field])}`)
}
