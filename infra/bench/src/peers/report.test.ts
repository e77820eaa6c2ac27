import { expect, it } from 'vitest'
import type { Report } from '../sagas/report.ts'
import type { PeerPhase } from './phase.ts'
import { isGood, reportOf, textOf } from './report.ts'

const phase = (more: Partial<PeerPhase> = {}): PeerPhase => ({
  ...{ completed: 100, refused: 0, perSecond: 40, sagaP50Ms: 10, sagaP99Ms: 20, cpuMsPerSaga: 5 },
  ...more,
})
const ours = (more: object = {}) =>
  ({
    ...{ sagasPerSecond: 100, cpuMsPerSaga: 4, cancelled: 0, incomplete: 0, refused: 0, saturation: {} },
    offered: [{ rate: 50, sagaP50Ms: 35, sagaP99Ms: null }],
    ...more,
  }) as unknown as Report
const theirs = (more: Partial<PeerPhase> = {}) => ({ saturation: phase(more), offered: [{ rate: 50, ...phase() }] })

it('compares ours with theirs, rate by rate, and what was not measured with nothing', () => {
  const report = reportOf(ours(), theirs())
  expect(report.ratios).toEqual({ sagasPerSecond: 2.5, offered: [{ rate: 50, sagaP50: 3.5, sagaP99: null }] })
  expect(textOf(report)).toMatch(/saturation, sagas\/s +100 +40 +2\.5\n/)
})

it('is good only when every saga came to its good end, on both sides', () => {
  expect(isGood(reportOf(ours(), theirs()))).toBe(true)
  expect(isGood(reportOf(ours({ incomplete: 1 }), theirs()))).toBe(false)
  expect(isGood(reportOf(ours(), theirs({ refused: 1 })))).toBe(false)
  expect(isGood(reportOf(ours(), theirs({ completed: 0 })))).toBe(false)
})
