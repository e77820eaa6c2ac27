import { expect, it } from 'vitest'
import { steps as bareSteps } from '../bare/steps.ts'
import { steps } from './steps.ts'

it('writes all that the choreography writes, each once, in the same order', () => {
  const names = steps.flatMap(({ transactions }) => transactions.flat().map(({ name }) => name))
  expect(names).toEqual(bareSteps.flatMap(({ statements }) => statements.map(({ name }) => name)))
})
