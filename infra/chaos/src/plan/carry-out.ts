import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../faults/fault.ts'
import type { Stage } from '../stack/stage.ts'
import type { Step } from './plan.ts'

/** Told of each fault when it begins, and what came of it. */
export type Told = (what: 'begins' | 'ends' | 'missed' | 'left out' | 'fails', step: Step, why?: string) => void

interface CarryOut {
  readonly plan: readonly Step[]
  readonly faults: readonly Fault[]
  readonly stage: Stage
  readonly told: Told
  /** After this nothing new begins: on a busy machine faults take longer than planned. In ms. */
  readonly endMs: number
}

const lookEveryMs = 200

/** Injects the faults of a plan at their times and heals them all. Never rejects: what could not be done is told. */
export async function carryOut({ plan, faults, stage, told, endMs }: CarryOut): Promise<void> {
  const start = performance.now()
  const nowMs = (): number => performance.now() - start
  const one = async (fault: Fault, step: Step): Promise<void> => {
    if (nowMs() > endMs) return told('left out', step, 'too late')
    try {
      if ((await fault.mayBegin?.(stage, step.target)) === false) return told('left out', step, 'too many are down')
      told('begins', step)
      const heal = await fault.inject(stage, step.target)
      for (const until = nowMs() + step.forMs; nowMs() < until && fault.isOver?.(stage, step.target) !== true; )
        await sleep(Math.min(lookEveryMs, until - nowMs()))
      told((await heal()) ?? 'ends', step)
    } catch (error) {
      told('fails', step, error instanceof Error ? error.message : String(error))
    }
  }
  // Most troubles do not overlap: one that takes longer puts off the next.
  let turn: Promise<void> = Promise.resolve()
  const underway: Promise<void>[] = []
  for (const step of plan.toSorted((a, b) => a.atMs - b.atMs)) {
    const fault = faults.find(({ name }) => name === step.fault)
    if (fault === undefined) throw new Error(`there is no fault ${step.fault}`)
    await sleep(Math.max(0, step.atMs - nowMs()))
    if (fault.overlaps === true || step.beside === true) underway.push(one(fault, step))
    else {
      turn = turn.then(() => one(fault, step))
      underway.push(turn)
    }
  }
  await Promise.all(underway)
}
