import { setTimeout as sleep } from 'node:timers/promises'
import { uuidV7 } from './ids.ts'
import type { Surroundings } from './ports.ts'

/** The process's own clock, timers, chance and ids. */
export const processSurroundings: Surroundings = {
  now: () => Date.now(),
  sleep: (ms, signal) => (signal === undefined ? sleep(ms) : sleep(ms, undefined, { signal }).catch(() => {})),
  after(ms, task) {
    setTimeout(task, ms).unref()
  },
  soon(task) {
    setImmediate(task)
  },
  deadline: (ms, signal) => AbortSignal.any([AbortSignal.timeout(ms), signal]),
  random: Math.random,
  newId: uuidV7,
}
