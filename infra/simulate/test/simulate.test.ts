import { describe, expect, it } from 'vitest'
import { hunt } from '../src/command/hunt.ts'
import { progress } from '../src/command/progress.ts'
import { runSuite } from '../src/command/suite.ts'
import { mutants } from '../src/mutants/index.ts'
import type { Mutant } from '../src/mutants/mutant.ts'
import { runSeed, shrinkSeed } from '../src/run/run.ts'
import { draw } from '../src/workload/draw.ts'

const SEEDS = { from: 1, seeds: 2_000, jobs: 2 }
const MINUTES = 60_000
const quiet = progress(process.stderr)

async function firstFailing(seeds: readonly number[], mutant: Mutant | undefined): Promise<number> {
  for (const seed of seeds) if ((await runSeed(seed, { mutant })).violations.length > 0) return seed
  throw new Error('no seed fails')
}

describe('the flock', () => {
  it('keeps every promise under 2,000 seeds', { timeout: 20 * MINUTES }, async () => {
    const { seeds, events, failed } = await runSuite(SEEDS, quiet)
    expect(failed).toEqual([])
    expect(seeds).toBe(2_000)
    expect(events).toBeGreaterThan(1_000_000)
  })

  it('is caught at every planted fault within 2,000 seeds', { timeout: 20 * MINUTES }, async () => {
    const hunted = await hunt(SEEDS, undefined, quiet)
    expect(hunted).toHaveLength(mutants.length)
    expect(hunted.filter(({ found }) => found === undefined)).toEqual([])
  })
})

describe('a seed', () => {
  // A consumer whose request to join arrived after its death stayed in its group for good.
  it.each([106_589, 107_383])('%i, beyond those 2,000, breaks no promise any more', async (seed) => {
    expect((await runSeed(seed)).violations).toEqual([])
  })

  it('tells the same story each time, to the byte', async () => {
    const first = await runSeed(7, { told: true })
    expect(first.story.length).toBeGreaterThan(100)
    expect(await runSeed(7, { told: true })).toEqual(first)
  })

  it('runs alike whether its story is told or not', async () => {
    const { handled, violations } = await runSeed(11, { told: true })
    expect(await runSeed(11)).toMatchObject({ handled, violations })
  })

  it('that fails is shrunk to the few deeds and faults that it takes', { timeout: 5 * MINUTES }, async () => {
    const mutant = mutants.find(({ name }) => name === 'release-skipped')
    const small = Array.from({ length: 100 }, (_, seed) => seed).filter((seed) => draw(seed).deeds.length < 60)
    const seed = await firstFailing(small, mutant)
    const whole = await runSeed(seed, { mutant, told: true })
    expect(whole.violations).not.toEqual([])
    const { violations, story } = await shrinkSeed(seed, { mutant })
    expect(violations).not.toEqual([])
    expect(story.length).toBeLessThan(whole.story.length)
    expect(story.filter((line) => line.includes(' FAULT '))).toEqual([])
    expect(story.join('\n')).toContain('VIOLATION')
  })
})
