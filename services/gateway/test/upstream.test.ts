import { newId } from '@murmuration/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeService, fakeService } from './fake-service.ts'
import { type Harness, newOrder, startGateway } from './harness.ts'

const times = { deadlineMs: 3000, tryMs: 1000 }

let gateway: Harness
let second: FakeService
let ada: string
beforeEach(async () => {
  second = await fakeService()
  gateway = await startGateway({ more: { order: [second.url] }, times })
  ada = await gateway.token()
})
afterEach(async () => {
  await gateway.stop()
  await second.close()
})
const get = () => gateway.ask(`/orders/${newId()}`, { as: ada })
const cancel = () => gateway.ask(`/orders/${newId()}/cancel`, { method: 'POST', as: ada })
const place = () => gateway.ask('/orders', { as: ada, body: newOrder })

it('takes the instances in turn', async () => {
  for (let i = 0; i < 10; i++) await get()
  expect([gateway.services.order.seen.length, second.seen.length]).toEqual([5, 5])
})

it('goes on with the other instance when one is gone, and takes it back when it returns', async () => {
  await second.close()
  for (let i = 0; i < 20; i++) expect((await get()).status).toBe(200)
  await second.open()
  await new Promise((resolve) => setTimeout(resolve, 1100))
  for (let i = 0; i < 10; i++) expect((await get()).status).toBe(200)
  expect(second.seen.length).toBeGreaterThan(3)
})

it('says 503 with Retry-After at once when nobody is there', async () => {
  await Promise.all([second.close(), gateway.services.order.close()])
  for (let i = 0; i < 12; i++) {
    const answer = await get()
    expect([answer.status, answer.headers.get('retry-after'), answer.body.code]).toEqual([503, '1', 'unavailable'])
  }
  const start = performance.now()
  await get()
  expect(performance.now() - start).toBeLessThan(times.tryMs)
  await Promise.all([second.open(), gateway.services.order.open()])
  await new Promise((resolve) => setTimeout(resolve, 1100))
  expect((await get()).status).toBe(200)
  expect((await gateway.ask('/products')).status).toBe(200)
})

it('sends a creating request again under the same id when its answer was lost', async () => {
  for (const service of [gateway.services.order, second]) service.says = () => ({ cut: true })
  expect((await gateway.ask('/orders', { as: ada, body: newOrder })).status).toBe(503)
  const seen = [...gateway.services.order.seen, ...second.seen]
  expect(seen).toHaveLength(3)
  expect(new Set(seen.map(({ headers }) => headers['saga-id'])).size).toBe(1)
})

it('asks the other instance when one says 503, and says so only when both do', async () => {
  second.says = () => ({ status: 503, body: { code: 'unavailable' }, headers: { 'retry-after': '1' } })
  for (let i = 0; i < 10; i++) expect((await get()).status).toBe(200)
  gateway.services.order.says = second.says
  expect(await get()).toMatchObject({ status: 503, body: { code: 'unavailable' } })
})

it('fails nobody while the instances are restarted in turn', async () => {
  const ended = Promise.withResolvers<void>()
  const asking = (async () => {
    let ending = false
    void ended.promise.then(() => (ending = true))
    const answers = new Set<number>()
    while (!ending) for (const { status } of await Promise.all([get(), cancel(), place()])) answers.add(status)
    return answers
  })()
  for (const service of [second, gateway.services.order, second, gateway.services.order]) {
    await service.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await service.open()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  ended.resolve()
  expect([...(await asking)]).toEqual([200])
})

it('does not send again what has another effect each time', async () => {
  const { user } = gateway.services
  user.says = () => ({ cut: true })
  const admin = await gateway.token(newId(), 'admin')
  expect((await gateway.ask('/keys/rotate', { method: 'POST', as: admin, body: {} })).status).toBe(503)
  // The gateway also asks it who is suspended.
  expect(user.seen.filter(({ path }) => path === '/keys/rotate')).toHaveLength(1)
})

it('gives up at the deadline', async () => {
  for (const service of [gateway.services.order, second]) service.says = () => ({ after: 6000 })
  const start = performance.now()
  const answer = await get()
  expect([answer.status, answer.body.code]).toEqual([503, 'deadline_exceeded'])
  expect(performance.now() - start).toBeLessThan(5000)
})

describe('readiness', () => {
  const ready = async () => {
    const answer = await fetch(`${gateway.url}/readyz`)
    return { ...((await answer.json()) as { checks: Record<string, string> }), status: answer.status }
  }
  const notReady = () => ({ status: 503, body: { status: 'not_ready', checks: { choreography: 'down', other: 'ok' } } })
  /** What was heard is believed for a second. */
  const later = () => new Promise((resolve) => setTimeout(resolve, 1100))

  // fault: gateway ready without services
  it('is missing while a service is not ready without which no order is taken, and the answer says which and why', async () => {
    expect(await ready()).toMatchObject({ status: 200, checks: { user: 'ok', order: 'ok', product: 'ok' } })
    gateway.services.order.says = notReady
    await later()
    // The other instance is.
    second.says = () => ({ body: { status: 'ready' } })
    gateway.services.user.says = notReady
    expect(await ready()).toMatchObject({ status: 503, checks: { user: 'down: says 503: choreography', product: 'ok' } })
    await gateway.services.user.close()
    await later()
    expect(await ready()).toMatchObject({ status: 503, checks: { user: 'down: does not answer' } })
    await gateway.services.user.open()
    gateway.services.user.says = () => ({ body: { status: 'ready' } })
    await later()
    expect(await ready()).toMatchObject({ status: 200, checks: { user: 'ok', order: 'ok' } })
  })

  it('is not missing for one that orders can wait for, which is shown', async () => {
    gateway.services.product.says = notReady
    expect(await ready()).toMatchObject({ status: 200, checks: { product: 'down: says 503: choreography' } })
  })

  it('asks each service once a second, however often it is asked, and is no matter of being alive', async () => {
    await Promise.all(Array.from({ length: 50 }, () => ready()))
    const { seen } = gateway.services.order
    expect(seen.filter(({ path }) => path === '/readyz')).toHaveLength(1)
    for (const service of Object.values(gateway.services)) service.says = () => ({ after: 5000 })
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200)
    expect(seen.filter(({ path }) => path === '/readyz')).toHaveLength(1)
  })
})
