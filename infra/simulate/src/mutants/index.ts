import { inventoryMutants } from './inventory.ts'
import type { Mutant } from './mutant.ts'
import { otherMutants } from './others.ts'
import { paymentMutants } from './payment.ts'
import { runtimeMutants } from './runtime.ts'

/** All planted faults: each has to be found. */
export const mutants: readonly Mutant[] = [...runtimeMutants, ...inventoryMutants, ...paymentMutants, ...otherMutants]
