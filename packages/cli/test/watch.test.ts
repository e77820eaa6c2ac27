import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeStack, fakeStack, type Route } from './fake-stack.ts'
import { murmur } from './murmur.ts'

const orderId = '01a1fdb4-17ad-7dc0-98a1-6881de4f3e6e'
const path = `GET /api/v1/orders/${orderId}/events`
const frame = (event: string, id?: string, data: object = {}) =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
const ended = frame('end', 'the-end', { reason: 'order_ended' })

/** Answers each request with the next of these texts; undefined cuts the connection in the middle of an answer. */
const streams =
  (...texts: readonly (readonly string[])[]): Route =>
  (_asked, res) => {
    const [text, ...cut] = texts[times++] ?? []
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    if (cut.length > 0) res.write(text, () => setTimeout(() => res.destroy(), 20))
    else res.end(text)
    return undefined
  }

let times = 0
let stack: FakeStack
afterEach(() => stack.close())
const watch = async (route: Route, ...options: string[]) => {
  times = 0
  stack = await fakeStack({ [path]: route })
  const ran = await murmur(['order', 'watch', orderId, '--json', '--stack', stack.file, ...options])
  const lines = ran.stdout.split('\n').filter((line) => line !== '')
  const asked = stack.asked.filter((one) => `${one.method} ${one.path}` === path)
  return { ...ran, events: lines.map((line) => (JSON.parse(line) as { event: string }).event), asked }
}

describe('watching an order', () => {
  it('prints its events and ends with the order', async () => {
    const { events, exitCode } = await watch(streams([frame('order', '0') + frame('OrderPlaced', '1') + ended]))
    expect([events, exitCode]).toEqual([['order', 'OrderPlaced'], 0])
  })

  it.each([
    ['ends without a word', []],
    ['is cut', ['cut']],
  ])('goes on behind the last event when the stream %s', async (_what, cut) => {
    const { events, exitCode, asked } = await watch(
      streams([frame('order', '0') + frame('OrderPlaced', '1'), ...cut], [frame('StockReserved', '2'), ...cut], [ended]),
    )
    expect([events, exitCode]).toEqual([['order', 'OrderPlaced', 'StockReserved'], 0])
    expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '2'])
  })

  it('goes on with another token when its own expires', async () => {
    const expired = frame('end', undefined, { reason: 'token_expired' })
    const { events, exitCode, asked } = await watch(streams([frame('order', '0') + expired], [frame('OrderPlaced', '1') + ended]))
    expect([events, exitCode]).toEqual([['order', 'OrderPlaced'], 0])
    expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '0'])
    expect(stack.asked.filter((one) => one.path.endsWith('/auth/login'))).toHaveLength(2)
  })

  it('ends with 1 when there is no such order, whatever the id looks like', async () => {
    for (const [status, code] of [
      [404, 'order_not_found'],
      [400, 'invalid_request'],
      [403, 'forbidden'],
    ] as const) {
      const { exitCode, stderr, asked } = await watch(() => [status, { code, detail: 'There is no such order.' }])
      expect([exitCode, asked.length]).toEqual([1, 1])
      expect(stderr).toContain(code)
      await stack.close()
    }
    stack = await fakeStack({})
  })

  it('ends with 1 when the order does not end in time, or its user was suspended', async () => {
    const { exitCode, stderr } = await watch(streams([frame('order', '0')]), '--timeout', '1.2')
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('did not end within 1.2 s') as string])
    await stack.close()
    const suspended = await watch(streams([frame('order', '0') + frame('end', undefined, { reason: 'user_suspended' })]))
    expect([suspended.exitCode, suspended.stderr]).toEqual([1, expect.stringContaining('user_suspended') as string])
  })

  it('ends with 3 when the gateway is not there, or cannot answer now', async () => {
    const { exitCode } = await watch(() => [503, { code: 'unavailable', detail: 'Later.' }])
    expect(exitCode).toBe(3)
    const nobody = createServer()
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve))
    const { port } = nobody.address() as { port: number }
    await new Promise((resolve) => nobody.close(resolve))
    const gone = await murmur(['order', 'watch', orderId, '--stack', stack.file], { GATEWAY_URL: `http://127.0.0.1:${port}` })
    expect(gone.exitCode).toBe(3)
  })
})
