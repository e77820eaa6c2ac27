import { Agent, request as send } from 'node:http'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { createApp, listen } from './index.ts'

function app(ms: number) {
  const routes = express.Router().get('/slow', async (_req, res) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    res.json({ done: true })
  })
  return createApp({ name: 'test', routes: [routes] })
}
const get = (url: string, agent = new Agent({ keepAlive: true })) =>
  new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
    const sent = send(url, { agent }, (res) => {
      res.resume().on('end', () => resolve({ status: res.statusCode ?? 0, connection: res.headers.connection }))
    })
    sent.on('error', reject).end()
  })

describe('shutdown', () => {
  it('finishes the requests in flight, then refuses', async () => {
    const http = await listen(app(150))
    const inFlight = get(`${http.url}/slow`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const closed = http.close()
    expect(http.close()).toBe(closed)
    expect((await inFlight).status).toBe(200)
    await closed
    await expect(get(`${http.url}/livez`)).rejects.toThrow()
  })

  it('does not wait for idle connections', async () => {
    const http = await listen(app(0))
    await get(`${http.url}/livez`)
    const start = performance.now()
    await http.close()
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('cuts what is left at the deadline', async () => {
    const http = await listen(app(5000))
    const inFlight = get(`${http.url}/slow`)
    const refused = expect(inFlight).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await http.close(100)
    await refused
  })

  it('rejects when the port is taken', async () => {
    const http = await listen(app(0))
    await expect(listen(app(0), { port: http.port })).rejects.toThrow('EADDRINUSE')
    await http.close()
  })
})
