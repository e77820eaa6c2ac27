import { expect, it } from 'vitest'
import { z } from 'zod'
import { schemaWriter } from './json-schema.ts'

it('writes a pattern as JSON Schema reads it: without slashes and flags, as Unicode', () => {
  const { write } = schemaWriter()
  expect(write(z.string().regex(/^[^\p{Cc}/]*$/u))).toEqual({ type: 'string', pattern: '^[^\\p{Cc}/]*$' })
  expect(write(z.string().regex(/^a/).regex(/b$/u))).toEqual({ type: 'string', allOf: [{ pattern: '^a' }, { pattern: 'b$' }] })
  expect(() => write(z.strictObject({ name: z.string().regex(/^[a-z]*$/i) }))).toThrow('has no flags')
})

it('puts what has an id among the components, once, wherever it stands', () => {
  const { write, components } = schemaWriter()
  const money = z.object({ amount: z.int().min(0) }).meta({ id: 'Money' })
  const reference = { $ref: '#/components/schemas/Money' }
  expect(write(money)).toEqual(reference)
  expect(write(z.array(money))).toEqual({ type: 'array', items: reference })
  expect(components).toEqual({
    Money: {
      type: 'object',
      properties: { amount: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
      required: ['amount'],
    },
  })
})
