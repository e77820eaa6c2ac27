import type { Step } from '../plan/plan.ts'

/** What is shown of a run while it goes on. */
export interface Story {
  /** With the time since the load began. */
  tell(text: string): void
  /** What is now, on a terminal only: overwritten by the next. */
  progress(text: string): void
}

interface Screen {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** @param told false: nothing but the progress on a terminal */
export function storyTo(screen: Screen, told: boolean): Story {
  const start = performance.now()
  const clear = screen.isTTY === true ? '\r\x1b[K' : ''
  return {
    tell(text) {
      if (told) screen.write(`${clear}${secondsOf(performance.now() - start)}  ${text}\n`)
    },
    progress(text) {
      if (clear !== '') screen.write(`${clear}${text}`)
    },
  }
}

const secondsOf = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(6)} s`

export const lineOf = ({ fault, target, forMs }: Step): string =>
  `${fault.padEnd(18)} ${target}${forMs > 0 ? ` for ${(forMs / 1000).toFixed(1)} s` : ''}`

/** The whole plan, one line a fault: the same for the same seed. */
export const planText = (plan: readonly Step[]): string => plan.map((step) => `${secondsOf(step.atMs)}  ${lineOf(step)}\n`).join('')
