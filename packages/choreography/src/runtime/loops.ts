import { logger } from '@murmuration/telemetry'
import type { Surroundings } from '../ports.ts'

const log = logger('choreography')

export interface Loop {
  stop(): Promise<void>
  /** Makes the next step start within so many milliseconds. */
  wakeWithin(ms: number): void
}

/** Runs a step again and again until stopped; the step says in how many milliseconds. A failing step is logged and tried again after a second. */
export function loop(around: Surroundings, name: string, step: () => Promise<number>): Loop {
  let stopping = false
  let wake = () => {}
  let napEnds = 0
  const nap = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve
      napEnds = around.now() + ms
      around.after(ms, resolve)
    })
  const done = (async () => {
    while (!stopping) {
      let inMs: number
      try {
        inMs = await step()
      } catch (error) {
        if (!stopping) log.warn({ err: error, loop: name }, 'a background step failed; trying again')
        inMs = 1_000
      }
      if (!stopping) await nap(inMs)
    }
  })()
  return {
    async stop() {
      stopping = true
      wake()
      await done
    },
    wakeWithin(ms) {
      if (around.now() + ms >= napEnds) return
      napEnds = around.now() + ms
      if (ms <= 0) wake()
      else around.after(ms, wake)
    },
  }
}
