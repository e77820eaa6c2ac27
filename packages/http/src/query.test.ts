import express from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { wholeNumber } from './formats.ts'
import { createApp, validated } from './index.ts'

describe('a whole number in a query', () => {
  const limit = wholeNumber(0, 100)

  it('is written in decimal digits', () => {
    for (let value = 0; value <= 100; value++) expect(limit.parse(String(value))).toBe(value)
    expect(wholeNumber(0, Number.MAX_SAFE_INTEGER).parse('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER)
  })

  it.each([
    '',
    ' 5',
    '5 ',
    '+5',
    '-5',
    '-0',
    '5.0',
    '5.',
    '.5',
    '1e2',
    '0x10',
    '0b1',
    '0o7',
    '05',
    '1_0',
    '５',
    '٥',
    'NaN',
    '101',
    '9007199254740993',
  ])('is not "%s"', (text) => {
    expect(limit.safeParse(text).error?.issues).toMatchObject([{ message: 'a whole number from 0 to 100 in decimal digits' }])
  })
})

describe('an address', () => {
  const routes = express.Router()
  const query = z.strictObject({ limit: wholeNumber(1, 100).default(20), category: z.string().min(1).optional() })
  routes.get(
    '/list{/:id}',
    validated({ query }, ({ query: asked }, _req, res) => res.json(asked)),
  )
  const app = createApp({ name: 'test', routes: [routes] })
  const ask = async (path: string) => {
    const { status, body } = await request(app).get(path)
    return { status, fields: (body as { errors?: { field: string }[] }).errors?.map(({ field }) => field), body: body as unknown }
  }

  it('is read as percent-encoded UTF-8', async () => {
    expect((await ask('/list?category=caf%C3%A9+%F0%9F%90%A6%25')).body).toEqual({ limit: 20, category: 'café 🐦%' })
  })

  it.each([
    ['/list?category=%ff', 'category'],
    ['/list?limit=5&category=caf%E9', 'category'],
    ['/list?category=%C3', 'category'],
    ['/list?category=%C0%80', 'category'],
    ['/list?category=%ED%A0%80', 'category'],
    ['/list?category=%00', 'category'],
    ['/list?category=100%', 'category'],
    ['/list?category=%zz', 'category'],
    ['/list?a=?%ff', 'a'],
    ['/list?%ff=1', 'a name'],
    ['/list?limit=0x10', 'limit'],
    ['/list?limit=', 'limit'],
    ['/list?limit', 'limit'],
    ['/list?limit=5&limit=5', 'limit'],
    ['/list?limit[]=5', 'limit[]'],
    ['/list?limit[a]=5', 'limit[a]'],
    ['/list?Limit=5', 'Limit'],
    ['/list?__proto__=5', '__proto__'],
    ['/list?category=a&category=b', 'category'],
  ])('is refused as %s, naming %s', async (path, field) => {
    expect(await ask(path)).toMatchObject({ status: 400, fields: [field], body: { code: 'invalid_input' } })
  })

  it('is refused with what cannot be read in its path', async () => {
    for (const path of ['/list/%ff', '/list/%00', '/list/%'])
      expect((await ask(path)).body).toMatchObject({ status: 400, code: 'invalid_input' })
  })
})
