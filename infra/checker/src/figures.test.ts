import { expect, it } from 'vitest'
import { figuresOf } from './figures.ts'

it('adds up anomalies: pieces and minor units where they are known, else how many there are', () => {
  expect(
    figuresOf([
      { name: 'oversold', detail: '', amount: 3 },
      { name: 'money_created', detail: '', amount: 100 },
      { name: 'money_destroyed', detail: '', amount: 20 },
      { name: 'lost', detail: '' },
      { name: 'parked', detail: '' },
    ]),
  ).toEqual({ lost: 1, duplicatedEffects: 0, oversold: 3, driftMinorUnits: 120, stuck: 0, undeclaredEdges: 0, others: 1 })
})
