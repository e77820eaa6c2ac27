import { describe, expect, it } from 'vitest'
import { percentile, spreadOf } from './percentile.ts'

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => n - index)

describe('a percentile', () => {
  it('is a measured value: the one that so many do not exceed', () => {
    expect(percentile(upTo(100), 0.5)).toBe(50)
    expect(percentile(upTo(100), 0.99)).toBe(99)
    expect(percentile(upTo(1000), 0.99)).toBe(990)
    expect(percentile(upTo(10), 0.99)).toBe(10)
  })

  it('of one value is that value', () => {
    expect([percentile([7], 0), percentile([7], 0.5), percentile([7], 1)]).toEqual([7, 7, 7])
  })

  it('sorts by size, not by spelling, and leaves the list alone', () => {
    const values = [9, 100, 11]
    expect(percentile(values, 0.5)).toBe(11)
    expect(values).toEqual([9, 100, 11])
  })

  it('of nothing is no number, and null in a report', () => {
    expect(percentile([], 0.5)).toBeNaN()
    expect(spreadOf([])).toEqual({ count: 0, p50: null, p99: null, max: null })
  })
})
