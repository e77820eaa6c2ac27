import type { Story } from '../story/story.ts'
import { lineOf } from '../story/story.ts'
import type { Told } from './carry-out.ts'
import type { Step } from './plan.ts'

/** What became of a plan. */
export interface Happened {
  /** Faults that were injected, by name. */
  readonly faults: Readonly<Record<string, number>>
  /** Processes of ours that were killed: at random, or by themselves at a crash point. */
  readonly kills: number
  /** Armed, but never come to: fault and target. */
  readonly missed: readonly string[]
  /** Faults that could not be injected or healed: the run says nothing then. */
  readonly failed: readonly string[]
}

/** Keeps the account of a plan, and tells it. */
export function keepAccount(story: Story): { told: Told; happened: () => Happened } {
  const faults: Record<string, number> = {}
  const failed: string[] = []
  const missed: string[] = []
  const signs = { begins: '✗', ends: '✓', missed: '·', 'left out': '·', fails: '!' }
  const count = ({ fault }: Step): void => {
    faults[fault] = (faults[fault] ?? 0) + 1
  }
  return {
    told(what, step, why) {
      const atOnce = step.forMs === 0
      // An armed crash point has not happened yet.
      const armed = step.fault === 'crash-point'
      if (what === (armed ? 'ends' : 'begins')) count(step)
      if (what === 'missed') missed.push(`${step.fault} ${step.target}`)
      if (what === 'fails') failed.push(`${step.fault} ${step.target}: ${String(why)}`)
      if (what === 'ends' && atOnce) return
      const text =
        what === 'begins'
          ? lineOf(step)
          : `${step.fault.padEnd(18)} ${step.target} ${endings(armed)[what]}${why === undefined ? '' : `: ${why}`}`
      story.tell(`${signs[what]} ${text}`)
    },
    happened: () => ({ faults, kills: (faults['service-killed'] ?? 0) + (faults['crash-point'] ?? 0), missed, failed }),
  }
}

const endings = (armed: boolean) => ({
  ends: armed ? 'was hit' : 'is over',
  missed: 'was not passed',
  'left out': 'is left out',
  fails: 'could not be carried out',
})
