import type { World } from '@murmuration/simulation'
import type { DeedOf, Does, Plan } from '../workload/plan.ts'
import type { Notebook } from './notebook.ts'

/** What a deed may use. */
export interface Scene {
  readonly world: World
  readonly plan: Plan
  readonly notebook: Notebook
}

/** Does it, and tells in a few words what came of it; undefined when there was nothing to be done. */
export type Perform<D extends Does> = (deed: DeedOf<D>, scene: Scene) => Promise<string | undefined>
