import { expect, it } from 'vitest'
import { check } from '../src/index.ts'
import { shop } from './evidence.ts'

it('finds nothing wrong with a shop in which all is well', () => {
  expect(check(shop())).toEqual([])
})
