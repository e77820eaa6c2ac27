import type { Random } from '../plan/random.ts'
import type { Stage } from '../stack/stage.ts'

/** Undoes a fault; does no harm when it is over already. `missed`: it never came to it, as with a crash point that nobody passed. */
export type Heal = () => Promise<'missed' | void>

/** One kind of trouble, injected into the running stack. */
export interface Fault {
  readonly name: string
  /** Which row of the faults' table (docs/proof.md) it is for. */
  readonly row: string
  /** Chooses whom it hits, and for how long (0: it is over at once). `long`: there is time for the whole of it. */
  draw(random: Random, long: boolean): { readonly target: string; readonly forMs: number }
  /** Whether it may happen while another one lasts; default: one after the other. */
  readonly overlaps?: boolean
  /** Resolves when the time has come for it; to false when it may as well be left out. Default: at once. */
  mayBegin?(stage: Stage, target: string): Promise<boolean>
  /** Processes that nobody else may touch meanwhile; default none. */
  holds?(target: string): readonly string[]
  inject(stage: Stage, target: string): Promise<Heal>
  /** Whether it has come to its end before its time. */
  isOver?(stage: Stage, target: string): boolean
}

/** For faults that are over at once. */
export const nothingToHeal: Heal = () => Promise.resolve()
