import { setTimeout as sleep } from 'node:timers/promises'
import { logger } from '@murmuration/telemetry'

const log = logger('choreography')

export interface Loop {
  stop(): Promise<void>
  /** Makes the next step start within so many milliseconds. */
  wakeWithin(ms: number): void
}

/** Runs a step again and again until stopped; the step says in how many milliseconds. A failing step is logged and tried again after a second. */
export function loop(name: string, step: () => Promise<number>): Loop {
  const stopping = new AbortController()
  let napping = new AbortController()
  let napEnds = 0
  const done = (async () => {
    while (!stopping.signal.aborted) {
      let inMs: number
      try {
        inMs = await step()
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error, loop: name }, 'a background step failed; trying again')
        inMs = 1_000
      }
      if (stopping.signal.aborted) return
      napping = new AbortController()
      napEnds = Date.now() + inMs
      await sleep(inMs, undefined, { signal: AbortSignal.any([napping.signal, stopping.signal]) }).catch(() => {})
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await done
    },
    wakeWithin(ms) {
      if (Date.now() + ms >= napEnds) return
      napEnds = Date.now() + ms
      if (ms <= 0) napping.abort()
      else setTimeout(() => napping.abort(), ms).unref()
    },
  }
}
