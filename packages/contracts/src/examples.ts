/** Sample data, for tests and for `murmur inject`. Kept out of the package's main entry: services do not load it. */
import type { DataOf, EventKind } from './event.ts'
import { examples } from './generated/examples.ts'

/** A fresh copy of the example in the event's schema: valid data of its newest version. Throws for an event without a schema. */
export function exampleOf<E extends EventKind>(event: E): DataOf<E> {
  const example = examples[event.type]
  if (example === undefined) throw new Error(`no example of ${event.type}`)
  return structuredClone(example) as DataOf<E>
}
