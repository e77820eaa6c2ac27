import { newId, problem } from '@murmuration/http'
import { eventually } from '@murmuration/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { suspendedUsers, suspensions } from '../src/suspensions.ts'
import { pool } from '../src/upstream/pool.ts'
import { fakeService } from './fake-service.ts'
import { type Harness, newOrder, orderOf, startGateway } from './harness.ts'

describe('at the gateway', () => {
  let gateway: Harness
  beforeAll(async () => {
    gateway = await startGateway()
    gateway.services.order.says = ({ headers }) => ({ status: 201, body: orderOf(String(headers['saga-id'])) })
  })
  afterAll(() => gateway.stop())
  const order = (as: string) => gateway.ask('/orders', { as, body: newOrder })

  // fault: suspended
  it('takes no order of a user who was suspended, although the token is still valid, and takes them again after the reactivation', async () => {
    const userId = newId()
    const [ada, bob] = [await gateway.token(userId), await gateway.token()]
    expect((await order(ada)).status).toBe(201)
    gateway.suspended.add(userId)
    await eventually(async () => expect((await order(ada)).status).toBe(401))
    const sent = gateway.services.order.seen.length
    const refused = await order(ada)
    expect([refused.status, refused.body.code, gateway.services.order.seen.length]).toEqual([401, 'unauthorized', sent])
    expect((await order(bob)).status).toBe(201)
    // What needs no token needs none of theirs either.
    expect((await gateway.ask('/products', { as: ada })).status).toBe(200)
    gateway.suspended.delete(userId)
    await eventually(async () => expect((await order(ada)).status).toBe(201))
  })

  it('takes nothing of a suspended administrator either', async () => {
    const userId = newId()
    const admin = await gateway.token(userId, 'admin')
    gateway.suspended.add(userId)
    await eventually(async () => expect((await gateway.ask(`/users/${newId()}/suspend`, { method: 'POST', as: admin })).status).toBe(401))
  })
})

describe('who is suspended', () => {
  it('refuses with 503 and Retry-After until it was heard once', async () => {
    const known = suspensions(async () => {
      throw problem(503, 'unavailable', 'away')
    }, 20)
    await known.start()
    expect(() => known.isSuspended(newId())).toThrow(expect.objectContaining({ status: 503, headers: { 'retry-after': '1' } }))
    known.stop()
  })

  it('keeps what it heard last while the user service is away, and hears on after that', async () => {
    const [ada, bob] = [newId(), newId()]
    const user = await fakeService()
    user.says = () => ({ body: { userIds: [ada] } })
    const known = suspensions(suspendedUsers(pool('user', [user.url], { deadlineMs: 300, tryMs: 100 })), 20)
    await known.start()
    await user.close()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect([known.isSuspended(ada), known.isSuspended(bob)]).toEqual([true, false])
    user.says = () => ({ body: { userIds: [bob] } })
    await user.open()
    await eventually(() => expect([known.isSuspended(ada), known.isSuspended(bob)]).toEqual([false, true]))
    known.stop()
    await user.close()
  })

  it('tells those who listen for a user, until they do not want to know any more', async () => {
    const [ada, bob] = [newId(), newId()]
    const heard: string[] = []
    const known = suspensions(async () => [ada], 20)
    await known.start()
    // One who begins to listen after the suspension was heard is told too.
    const ends = known.onSuspended(ada, () => heard.push('ada'))
    known.onSuspended(bob, () => heard.push('bob'))
    await eventually(() => expect(heard).toContain('ada'))
    ends()
    const before = heard.length
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(heard).toEqual(Array(before).fill('ada'))
    known.stop()
  })
})
