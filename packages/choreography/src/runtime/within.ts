import type { Surroundings } from '../ports.ts'

/** Waits for work, but no longer than so many milliseconds. */
export const within = (around: Surroundings, ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, new Promise<void>((resolve) => around.after(ms, resolve))])
