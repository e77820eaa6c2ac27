import { expect, it } from 'vitest'
import { newId } from './index.ts'

it('makes UUIDs of version 7 that differ and sort by time', () => {
  const ids = Array.from({ length: 2000 }, () => newId())
  expect(new Set(ids).size).toBe(2000)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newId(1000) < newId(2000)).toBe(true)
  expect(Number.parseInt(newId(0x0123456789ab).replace('-', '').slice(0, 12), 16)).toBe(0x0123456789ab)
})
