import { expect, it } from 'vitest'
import { countHandled, secondsSince } from './metrics.ts'

const minute = 60_000
const now = Date.parse('2026-11-30T22:15:00.000Z')

it('knows since when an order is there from its id', () => {
  const id = `${now
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-7000-8000-000000000001`
  expect(secondsSince(id, now + minute)).toBe(60)
  expect(secondsSince(id, now - minute)).toBeUndefined()
})

it('knows it of an order whose id was made of an idempotency key from its OrderPlaced, once', () => {
  const sagaId = '0199d3e0-b11a-8c02-8f3a-1e4d5c6b7a02'
  const input = { data: { placedAt: new Date(now).toISOString() } }
  expect(secondsSince(sagaId, now)).toBeUndefined()
  countHandled({ name: 'OrderPlaced', outcome: 'ignored', emitted: [], sagaId, input })
  expect(secondsSince(sagaId, now + minute)).toBe(60)
  expect(secondsSince(sagaId, now + minute)).toBeUndefined()
})

// row 18
it('counts a message that could not be read, of which nothing is known, as nothing', () => {
  const unreadable = { name: 'OrderPlaced', outcome: 'parked', emitted: [], sagaId: 'no uuid', input: undefined } as const
  expect(() => countHandled(unreadable)).not.toThrow()
})
