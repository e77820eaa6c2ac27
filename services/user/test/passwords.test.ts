import { newId } from '@murmuration/http'
import { hash } from '@node-rs/argon2'
import fc from 'fast-check'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureAdministrator } from '../src/first-administrator.ts'
import { passwordWeakness } from '../src/password-strength.ts'
import { passwords } from '../src/passwords.ts'
import { type Harness, startUser } from './harness.ts'

let user: Harness
beforeAll(async () => {
  user = await startUser()
})
afterAll(() => user.stop())

const hashOf = async (userId: string) =>
  (await user.under.query<{ passwordHash: string }>('SELECT "passwordHash" FROM users WHERE "userId" = $1', [userId]))[0]?.passwordHash ??
  ''

describe('a password', () => {
  const composed = 'caf\u00e9 cr\u00e8me br\u00fbl\u00e9e'

  // fault: password
  it('is the same however a keyboard writes it', async () => {
    const forms = [composed.normalize('NFC'), composed.normalize('NFD'), composed.replace('caf', '\uff43\uff41\uff46')]
    for (const registered of forms) {
      const { email } = await user.register({ password: registered })
      for (const typed of forms) await user.login(email, typed).expect(200)
      await user.login(email, 'cafe creme brulee').expect(401)
    }
  })

  it('that was hashed as it was typed still fits, in all forms, and is hashed anew by the login', async () => {
    for (const form of ['NFC', 'NFD'] as const) {
      const { email, userId } = await user.register()
      const before = await hash(composed.normalize(form))
      await user.under.query('UPDATE users SET "passwordHash" = $2 WHERE "userId" = $1', [userId, before])
      await user.login(email, 'cafe creme brulee').expect(401)
      expect(await hashOf(userId)).toBe(before)
      await user.login(email, composed.normalize(form === 'NFC' ? 'NFD' : 'NFC')).expect(200)
      const { check } = await passwords()
      const after = await hashOf(userId)
      expect(await check(composed, after)).toBe('right')
      await user.login(email, composed).expect(200)
      // Hashes have a salt: it was not hashed once more.
      expect(await hashOf(userId)).toBe(form === 'NFC' ? before : after)
    }
  })

  it('is not cut at 72 bytes', async () => {
    const common = 'a long way to the end of what bcrypt would look at, and even further on'
    expect(Buffer.byteLength(common)).toBe(71)
    const { email } = await user.register({ password: `${common}é1` })
    await user.login(email, `${common}é2`).expect(401)
    await user.login(email, `${common}é1`).expect(200)
  })

  it('fits its own hash in every form, whatever characters it is made of', async () => {
    const { check, hash: hashed } = await passwords()
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD'), async (password, form) => {
        expect(await check(password.normalize(form), await hashed(password))).toBe('right')
      }),
      { numRuns: 40 },
    )
  })
})

describe('a new password', () => {
  const ada = { email: 'ada.lovelace@analytical.example', username: 'countess', fullName: 'Ada Lovelace' }
  // fault: password
  it.each([
    ['password', /ten most common/],
    ['Password1!', /like one of the most common/],
    ['P@ssw0rd', /like one of the most common/],
    ['        ', /again and again/],
    ['abababababab', /again and again/],
    ['qwertyuiop', /most common/],
    ['ada.lovelace@analytical.example', /your name or address/],
    ['elpmaxe.lacitylana@ecalevol.ada', /your name or address/],
    ['AdaLovelace', /your name or address/],
    ['countess1', /your name or address/],
    ['murmuration', /your name or address/],
    ['ééé\u0065\u0301ééé', /8 characters/],
  ])('that is easily guessed (%j) is refused, with the reason', async (password, reason) => {
    const id = newId()
    const { body } = await request(user.app)
      .post('/auth/register')
      .set('saga-id', id)
      .send({ ...ada, password })
      .expect(400)
    expect(body).toMatchObject({ code: 'weak_password', errors: [{ field: 'password', expected: expect.stringMatching(reason) }] })
    expect(await user.under.emitted(id)).toEqual([])
  })

  it.each(['correct horse battery', 'Zw9-kfL2', '9c1d7fb22e05', 'blauer Regenschirm im Juli', '青い空と白い雲の下で'])(
    'of some length (%j) is taken',
    async (password) => {
      await user.register({ password })
    },
  )

  it('of hostile text is looked at quickly', async () => {
    const weaknessOf = passwordWeakness()
    await weaknessOf('loads the lists', [])
    const piece = fc.constantFrom('a', '1', '@', '$', 'P4s', '2011', 'qwe', 'asdf', '4@$5137!0|', '|(){}[]<>', '  ')
    const text = fc.array(piece, { minLength: 20, maxLength: 60 }).map((pieces) => pieces.join('').slice(0, 200))
    await fc.assert(
      fc.asyncProperty(text, async (password) => {
        const start = performance.now()
        await weaknessOf(password, ['ada@example.org'])
        expect(performance.now() - start).toBeLessThan(500)
      }),
      { numRuns: 200 },
    )
  })

  it('of the first administrator is no exception', async () => {
    const made = ensureAdministrator(user.context, { email: 'second@example.org', password: 'second@example.org' })
    await expect(made).rejects.toThrow('ADMIN_PASSWORD: expected one that is harder to guess: not your name or address')
  })
})
