import { describe, expect, it } from 'vitest'
import { progressOf } from '../src/doctor/progress.ts'

const bounds = new Map([['a', new Map([0, 1, 2].map((partition) => [partition, { low: 5n, high: 20n }]))]])
const committed = (...offsets: (bigint | undefined)[]) =>
  new Map([['a', new Map(offsets.flatMap((offset, partition): [number, bigint][] => (offset === undefined ? [] : [[partition, offset]])))]])

describe('the progress of a consumer group', () => {
  it('counts from where it has committed, and from the beginning of what is left where it has not', () => {
    expect(progressOf(['a'], bounds, committed(20n, 18n, undefined))).toEqual({ lag: 0 + 2 + 15, gaps: [] })
    expect(progressOf(['a'], bounds, new Map())).toEqual({ lag: 45, gaps: [] })
  })

  it('knows what was removed before it was read, which is no lag any more', () => {
    expect(progressOf(['a'], bounds, committed(2n, 5n, 20n))).toEqual({ lag: 15 + 15, gaps: [{ topic: 'a', partition: 0, missing: 3 }] })
  })

  it('has nothing to do with topics that are not there, and is never ahead', () => {
    expect(progressOf(['a', 'gone'], bounds, committed(25n, 20n, 20n))).toEqual({ lag: 0, gaps: [] })
  })
})
