import { type Facts, RuleViolation } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { uuidV7 } from './ids.ts'
import { type KeptRequest, keptRequests, once } from './once.ts'
import { command } from './reaction.ts'
import { table } from './table.ts'

interface Thing {
  readonly id: string
  readonly size: number
}
const things = table<Thing>('things', { key: 'id' })
const tooLarge = (size: number) => new RuleViolation('too_large', `${size} is too large`, 422, [{ field: 'size', expected: 'at most 10' }])
const make = once(
  command<{ id: string; size: number; more?: object }>()('Make', {
    saga: ({ id }) => id,
    emits: [],
    reads: ({ id }) => ({ thing: things.one(id) }),
    decide(wish, { thing }) {
      if (Object.keys(wish).includes('requestId')) throw new Error('the rules are not told of the key')
      if (thing !== undefined) return { reply: thing }
      if (wish.size > 10) throw tooLarge(wish.size)
      if (wish.size < 0) throw new Error('broken')
      const made = { id: wish.id, size: wish.size }
      return { rows: { thing: made }, reply: made }
    },
  }),
)
const facts: Facts = { now: new Date('2026-11-30T22:15:00Z'), newId: uuidV7 }
const keyOf = () => uuidV7().replace(/^(.{14})7/, '$18')

interface Rows {
  thing?: Thing
  kept?: KeptRequest
}
interface Decided {
  rows?: Rows
  reply?: Thing
  refused?: RuleViolation
}
const decide = (input: object, rows: Rows = {}) => make.decide(input, { thing: undefined, kept: undefined, ...rows }, facts) as Decided

describe('a request under an idempotency key', () => {
  const requestId = keyOf()
  const wish = { requestId, id: 'a', size: 3 }

  it('is kept with what it does', () => {
    expect(make.reads(wish)).toEqual({ thing: things.one('a'), kept: keptRequests.one(requestId) })
    expect(decide(wish)).toMatchObject({
      rows: { thing: { id: 'a', size: 3 }, kept: { requestId, refusal: null, decidedAt: '2026-11-30T22:15:00.000Z' } },
      reply: { id: 'a', size: 3 },
    })
  })

  it('is answered with what is there when it comes again, whatever the order of its fields', () => {
    const { rows } = decide({ ...wish, more: { x: 1, y: [2] } })
    const grown = { id: 'a', size: 4 }
    expect(decide({ more: { y: [2], x: 1 }, size: 3, id: 'a', requestId }, { ...rows, thing: grown })).toEqual({ reply: grown })
  })

  it.each([{ size: 4 }, { id: 'b' }, { more: {} }])('is another one with %j', (change) => {
    const { rows = {} } = decide(wish)
    expect(() => decide({ ...wish, ...change }, rows)).toThrow(expect.objectContaining({ code: 'idempotency_key_reused', status: 422 }))
  })

  it('is refused for good by a rule, with all that it was told', () => {
    const { rows, refused, reply } = decide({ ...wish, size: 11 })
    expect(refused).toEqual(tooLarge(11))
    expect([reply, rows?.thing]).toEqual([undefined, undefined])
    const stored = JSON.parse(JSON.stringify(rows)) as Rows
    const again = () => decide({ ...wish, size: 11 }, stored)
    expect(again).toThrow(RuleViolation)
    expect(again).toThrow(expect.objectContaining({ ...tooLarge(11), message: '11 is too large' }))
    expect(() => decide({ ...wish, size: 3 }, stored)).toThrow(expect.objectContaining({ code: 'idempotency_key_reused' }))
  })

  it('is not kept when it breaks', () => {
    expect(() => decide({ ...wish, size: -1 })).toThrow('broken')
  })
})

it('decides a request without key each time, and keeps nothing of it', () => {
  for (const requestId of [uuidV7(), undefined]) {
    const wish = { ...(requestId !== undefined && { requestId }), id: 'a', size: 3 }
    expect(make.reads(wish)).toEqual({ thing: things.one('a') })
    expect(decide(wish)).toEqual({ rows: { thing: { id: 'a', size: 3 } }, reply: { id: 'a', size: 3 } })
    expect(() => decide({ ...wish, size: 11 })).toThrow('too large')
  }
})
