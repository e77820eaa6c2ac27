import { expect, it } from 'vitest'
import { faults } from '../faults/index.ts'
import { longFromSeconds, planOf, type Step } from './plan.ts'

const seeds = Array.from({ length: 200 }, (_, seed) => seed)
const plans = (seconds: number) => seeds.map((seed) => planOf({ seed, seconds, faults }))
const namesIn = (plan: readonly Step[]) => new Set(plan.map(({ fault }) => fault))
const endOf = ({ atMs, forMs }: Step) => atMs + forMs

it('is the same for the same seed, and another one for another seed', () => {
  const texts = plans(60).map((plan) => JSON.stringify(plan))
  expect(plans(60).map((plan) => JSON.stringify(plan))).toEqual(texts)
  expect(new Set(texts).size).toBe(seeds.length)
})

it('has kills, a broker that goes, a database restarted, both networks troubled and a zombie in every minute', () => {
  for (const plan of plans(60))
    expect([...namesIn(plan)]).toEqual(
      expect.arrayContaining(['service-killed', 'broker-gone', 'database-restarted', 'broker-network', 'database-network', 'zombie']),
    )
})

it('has every fault in a long run, and a kill about every 2 s', () => {
  for (const plan of plans(300)) {
    expect([...namesIn(plan)].sort()).toEqual(faults.map(({ name }) => name).sort())
    const kills = plan.filter(({ fault }) => fault === 'service-killed' || fault === 'crash-point')
    expect(kills.length).toBeGreaterThan(100)
  }
})

it('ends every fault in time, one trouble after the other', () => {
  for (const seconds of [60, longFromSeconds])
    for (const plan of plans(seconds)) {
      const troubles = plan.filter(({ fault }) => faults.find(({ name }) => name === fault)?.overlaps !== true)
      troubles.forEach((step, index) => {
        expect(endOf(step)).toBeLessThanOrEqual(seconds * 1000)
        const next = troubles[index + 1]
        if (next !== undefined) expect(next.atMs).toBeGreaterThan(endOf(step))
      })
    }
})

it('kills nobody whom another fault has in its hands', () => {
  for (const plan of plans(60)) {
    const zombies = plan.filter(({ fault }) => fault === 'zombie')
    const kills = plan.filter(({ fault }) => fault === 'service-killed')
    for (const zombie of zombies)
      for (const kill of kills) if (kill.target === zombie.target) expect(kill.atMs < zombie.atMs || kill.atMs > endOf(zombie)).toBe(true)
  }
})

it('can be narrowed down to some faults', () => {
  const some = faults.filter(({ name }) => name === 'zombie' || name === 'crash-point')
  for (const seed of seeds) expect([...namesIn(planOf({ seed, seconds: 120, faults: some }))].sort()).toEqual(['crash-point', 'zombie'])
})
