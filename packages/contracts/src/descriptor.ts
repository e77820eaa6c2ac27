import type { Emission, EventKind, EventType } from './event.ts'
import { fieldErrors, type Validator } from './field-errors.ts'

type DescriptorFacts<Type extends string> = Omit<EventKind, 'validate'> & { readonly type: Type }

/** Makes the descriptor of one kind of event; only generated code calls it. */
export function describe<const Type extends string, Data>(facts: DescriptorFacts<Type>, validator: Validator): EventType<Type, Data> {
  const make = (data: Data): Emission<Type, Data> => ({ event: kind, data })
  const kind: EventType<Type, Data> = Object.assign(make, { ...facts, validate: (data: unknown) => fieldErrors(validator, data) })
  return kind
}
