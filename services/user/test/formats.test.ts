import { newId } from '@murmuration/http'
import fc from 'fast-check'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harness, password, startUser } from './harness.ts'

let user: Harness
beforeAll(async () => {
  user = await startUser()
})
afterAll(() => user.stop())

const register = (more: object) => {
  const name = `u${newId().slice(-12)}`
  const body = { email: `${name}@example.org`, username: name, password, fullName: 'Ada', ...more }
  return request(user.app).post('/auth/register').send(body)
}

it.each([
  ['email', 'a@x-.example'],
  ['email', `a@${'x'.repeat(64)}.example`],
  ['email', 'a@127.0.0.1'],
  ['fullName', '   '],
  ['fullName', 'Ada\u0007'],
  ['username', 'ädä'],
  ['phone', '١٢٣٤٥٦'],
])('refuses the %s %j with 400, naming the field', async (field, value) => {
  const { body } = await register({ [field]: value }).expect(400)
  expect(body.errors).toEqual([expect.objectContaining({ field })])
})

// fault: formats
it('registers whoever has an address, a name and a phone that it takes, whatever they are made of', async () => {
  const odd = ['-', '--', '_', '.', '+', "'", '{', '|', '~', '@', ' ', '\0', '\u2028', 'İ', '\u212a', '😀', 'e\u0301', 'x'.repeat(62)]
  const piece = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('a', 'Z', '0') }, fc.constantFrom(...odd))
  const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''))
  const email = fc
    .tuple(text, text, fc.constantFrom('example', 'xn--p1ai', '1', 'x-'))
    .map(([name, host, top]) => `${newId().slice(-12)}${name}@${host}.${top}`)
  // One field at a time: else hardly anything would be taken.
  const any = fc.oneof(fc.record({ email }), fc.record({ fullName: text }), fc.record({ phone: fc.stringMatching(/^\+?[0-9 ()-]{3,7}$/) }))
  let registered = 0
  await fc.assert(
    fc.asyncProperty(any, async (more) => {
      const { status } = await register(more)
      expect([201, 400, 409]).toContain(status)
      if (status === 201) registered++
    }),
    { numRuns: 200 },
  )
  expect(registered).toBeGreaterThan(20)
}, 60_000)
