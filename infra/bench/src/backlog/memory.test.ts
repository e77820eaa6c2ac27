import { expect, it } from 'vitest'
import { isBounded } from './memory.ts'

it('finds a curve that only rises unbounded, and one that levels off bounded', () => {
  expect(isBounded([100, 110, 120, 130, 140, 150, 160, 170, 180, 190])).toBe(false)
  expect(isBounded([100, 130, 150, 155, 160, 158, 161, 160, 159, 162])).toBe(true)
})

it('does not judge what is too short', () => {
  expect(isBounded([100, 200])).toBe(true)
})
