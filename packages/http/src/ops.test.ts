import type { RequestHandler } from 'express'
import request from 'supertest'
import { expect, it, vi } from 'vitest'
import { createApp, opsRoutes, type ParkingOps, type Role, restatement } from './index.ts'

const as =
  (role: Role): RequestHandler =>
  (req, _res, next) => {
    req.principal = { userId: 'u', role, token: 't', expiresAt: 0 }
    next()
  }
const replay = vi.fn<ParkingOps['replay']>(async () => ({ replayed: 1 }))
const parking: ParkingOps = {
  list: async (filter) => [{ id: '1', ...filter }],
  show: async (id) => (id === '1' ? { id } : undefined),
  replay,
  discard: async (ids) => ids.length,
}
const app = (role: Role = 'admin') => createApp({ name: 'test', routes: [opsRoutes({ parking, authenticate: as(role) })] })

it('shows parked messages to administrators only', async () => {
  expect((await request(app()).get('/ops/parked?key=k')).body).toEqual({ items: [{ id: '1', key: 'k', limit: 100 }] })
  expect((await request(app()).get('/ops/parked/1')).body).toEqual({ id: '1' })
  expect((await request(app()).get('/ops/parked/2')).status).toBe(404)
  expect((await request(app('user')).get('/ops/parked')).status).toBe(403)
})

it('replays as a dry run unless told otherwise', async () => {
  await request(app()).post('/ops/parked/replay').send({ key: 'k' })
  expect(replay).toHaveBeenLastCalledWith({ key: 'k', dryRun: true }, expect.any(AbortSignal))
  await request(app())
    .post('/ops/parked/replay')
    .send({ ids: ['1'], data: { a: 1 }, dryRun: false, ratePerSecond: 5 })
  expect(replay).toHaveBeenLastCalledWith({ ids: ['1'], data: { a: 1 }, dryRun: false, ratePerSecond: 5 }, expect.any(AbortSignal))
})

it.each([{}, { ids: ['1'], all: true }, { ids: ['1', '2'], data: {} }, { all: false }])('refuses to replay %j', async (body) => {
  expect((await request(app()).post('/ops/parked/replay').send(body)).status).toBe(400)
})

it('has a service tell again what it keeps, a page at a time, for administrators only', async () => {
  const kept = ['a', 'b', 'c']
  const told: string[] = []
  const restate = restatement(
    async (after = '', limit) => kept.filter((id) => id > after).slice(0, limit),
    async (id) => told.push(id),
  )
  const source = (role: Role = 'admin') => createApp({ name: 'test', routes: [opsRoutes({ parking, restate, authenticate: as(role) })] })
  expect((await request(source()).post('/ops/restate?limit=2')).body).toEqual({ restated: 2, next: 'b' })
  expect((await request(source()).post('/ops/restate?limit=2&after=b')).body).toEqual({ restated: 1, next: null })
  expect(told).toEqual(kept)
  expect((await request(source()).post('/ops/restate?limit=0')).status).toBe(400)
  expect((await request(source('user')).post('/ops/restate')).status).toBe(403)
  expect((await request(app()).post('/ops/restate')).status).toBe(404)
})

it('discards with a reason', async () => {
  expect(
    (
      await request(app())
        .post('/ops/parked/discard')
        .send({ ids: ['1', '2'], reason: 'test data' })
    ).body,
  ).toEqual({ discarded: 2 })
  expect(
    (
      await request(app())
        .post('/ops/parked/discard')
        .send({ ids: ['1'] })
    ).status,
  ).toBe(400)
})
