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
  let nap = new AbortController()
  let napEnds = 0
  const done = (async () => {
    while (!stopping) {
      let inMs: number
      try {
        inMs = await step()
      } catch (error) {
        if (!stopping) log.warn({ err: error, loop: name }, 'a background step failed; trying again')
        inMs = 1_000
      }
      if (stopping) return
      nap = new AbortController()
      napEnds = around.now() + inMs
      await around.sleep(inMs, nap.signal)
    }
  })()
  return {
    async stop() {
      stopping = true
      nap.abort()
      await done
    },
    wakeWithin(ms) {
      if (around.now() + ms >= napEnds) return
      napEnds = around.now() + ms
      if (ms <= 0) nap.abort()
      else around.after(ms, () => nap.abort())
    },
  }
}
