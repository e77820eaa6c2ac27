import { usageOf } from '../measure/proc.ts'

const everyMs = 1000

/** Memory in MB by process, looked at once a second. */
export interface MemoryCurve {
  stop(): Readonly<Record<string, readonly number[]>>
}

export function watchMemory(pids: () => Readonly<Record<string, number>>): MemoryCurve {
  const curves: Record<string, number[]> = {}
  let looking: Promise<void> | undefined
  const look = async (): Promise<void> => {
    for (const [name, { rssMb }] of await usageOf(pids())) (curves[name] ??= []).push(Math.round(rssMb))
  }
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = undefined))
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      return curves
    },
  }
}

/**
 * Whether a curve has stopped growing: the peak of its second half is no more than a tenth above that of its first. One that is too short to tell
 * counts as bounded.
 */
export function isBounded(curve: readonly number[]): boolean {
  if (curve.length < 8) return true
  const middle = curve.length >> 1
  return Math.max(...curve.slice(middle)) <= Math.max(...curve.slice(0, middle)) * 1.1
}
