import { expect, it } from 'vitest'
import { timeOfUuidV7, uuidV7 } from './ids.ts'

it('makes valid, unique ids that sort by time', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => uuidV7(1_700_000_000_000 + index))
  for (const id of ids.slice(0, 100)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.toSorted()).toEqual(ids)
})

it('tells when an id was made, and of others nothing', () => {
  expect(timeOfUuidV7(uuidV7(1_795_257_800_622).toUpperCase())).toBe(1_795_257_800_622)
  expect(timeOfUuidV7('6f1d2c3b-1111-4abc-8def-001122334455')).toBeUndefined()
})
