import { newId } from '@murmuration/http'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { administrator, type Harness, startUser } from './harness.ts'

let user: Harness
let admin: string
beforeAll(async () => {
  user = await startUser()
  admin = (await user.as(administrator.email, administrator.password)).bearer
})
afterAll(() => user.stop())

const act = (path: string, bearer = admin) => request(user.app).post(path).set('authorization', bearer)
const get = (path: string, bearer = admin) => request(user.app).get(path).set('authorization', bearer)

it('suspends a user, ends the logins, and lets the user in again later', async () => {
  const { userId, email } = await user.register()
  const { refreshToken, bearer } = await user.as(email)
  const { body: suspended } = await act(`/users/${userId}/suspend`).expect(200)
  expect(suspended).toMatchObject({ status: 'suspended' })
  // Loaded from its row or read for an answer: times have one form.
  expect((await get(`/users/${userId}`).expect(200)).body).toEqual(suspended)
  await act(`/users/${userId}/suspend`).expect(200)
  expect((await user.login(email).expect(403)).body.code).toBe('account_suspended')
  await user.login(email, 'wrong password').expect(401)
  await get('/users/me', bearer).expect(401)
  await act(`/users/${userId}/reactivate`).expect(200)
  await request(user.app).post('/auth/refresh').send({ refreshToken }).expect(401)
  await user.login(email).expect(200)
  expect((await user.under.emitted(userId)).map(({ data }) => data).slice(1)).toEqual([
    { userId, status: 'suspended', previous: 'active' },
    { userId, status: 'active', previous: 'suspended' },
  ])
})

// fault: suspended
it('lists the suspended and the deleted for the gateways, as long as their tokens may live', async () => {
  const [ada, bob, old] = [await user.register(), await user.register(), await user.register()]
  const listed = async () => (await request(user.app).get('/suspended-users').expect(200)).body.userIds as string[]
  for (const { userId } of [ada, old]) await act(`/users/${userId}/suspend`).expect(200)
  await request(user.app).delete(`/users/${bob.userId}`).set('authorization', admin).expect(200)
  await user.under.query(`UPDATE users SET "updatedAt" = "updatedAt" - interval '49 hours' WHERE "userId" = $1`, [old.userId])
  expect(await listed()).toEqual(expect.arrayContaining([ada.userId, bob.userId]))
  expect(await listed()).not.toContain(old.userId)
  await act(`/users/${ada.userId}/reactivate`).expect(200)
  expect(await listed()).not.toContain(ada.userId)
})

it('deletes a user softly and for good', async () => {
  const { userId, email } = await user.register()
  expect((await request(user.app).delete(`/users/${userId}`).set('authorization', admin).expect(200)).body.deletedAt).not.toBeNull()
  expect((await user.login(email).expect(401)).body.code).toBe('invalid_credentials')
  await act(`/users/${userId}/reactivate`).expect(409)
  expect((await get(`/users/${userId}`).expect(200)).body.status).toBe('deleted')
})

// fault: told again
it('tells again who there is, and nothing of who was deleted', async () => {
  const [ada, bob] = [await user.register(), await user.register()]
  await act(`/users/${ada.userId}/suspend`).expect(200)
  await request(user.app).delete(`/users/${bob.userId}`).set('authorization', admin).expect(200)
  expect((await act('/ops/restate?limit=1000').expect(200)).body).toEqual({ restated: expect.any(Number), next: null })
  const [registered, , restated] = await user.under.emitted(ada.userId)
  expect(restated).toEqual({ type: 'UserRestated', data: registered?.data })
  expect((await user.under.emitted(bob.userId)).map(({ type }) => type)).not.toContain('UserRestated')
  await act('/ops/restate', (await user.as((await user.register()).email)).bearer).expect(403)
})

it('keeps users from each other and from administration', async () => {
  const [ada, bob] = [await user.register(), await user.register()]
  const { bearer } = await user.as(ada.email)
  await get(`/users/${ada.userId}`, bearer).expect(200)
  await get(`/users/${bob.userId}`, bearer).expect(404)
  await act(`/users/${bob.userId}/suspend`, bearer).expect(403)
  await act('/keys/rotate', bearer).expect(403)
  await get('/ops/parked', bearer).expect(403)
  await get('/ops/parked').expect(200)
  await get('/users/me', 'Bearer x').expect(401)
  await act(`/users/${newId()}/suspend`).expect(404)
})

// row 3
it('rotates its keys: old tokens work in the grace period and not after it', async () => {
  const { email } = await user.register()
  const old = (await user.as(email)).bearer
  await act('/keys/rotate').send({ graceSeconds: 1, immediately: true }).expect(201)
  await get('/users/me', old).expect(200)
  const young = (await user.as(email)).bearer
  await get('/users/me', young).expect(200)
  expect((await request(user.app).get('/.well-known/jwks.json')).body.keys).toHaveLength(2)
  await new Promise((resolve) => setTimeout(resolve, 2100))
  await get('/users/me', old).expect(401)
  await get('/users/me', young).expect(200)
})
