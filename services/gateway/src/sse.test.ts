import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, expect, it, vi } from 'vitest'
import { type EventStream, eventStream } from './sse.ts'

afterEach(() => vi.useRealTimers())

it('says when to come again, keeps the connection alive by comments, and stops when the client goes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  let stream: EventStream | undefined
  const closed = Promise.withResolvers<void>()
  const app = express().get('/', (_req, res) => {
    stream = eventStream(res)
    res.once('close', closed.resolve)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const leaving = new AbortController()
  const { body } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { signal: leaving.signal })
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  const next = async () => Buffer.from((await reader.read()).value ?? []).toString()
  expect(await next()).toBe('retry:2000\n\n')
  vi.advanceTimersByTime(15_000)
  expect(await next()).toBe(':\n\n')
  await stream?.send({ type: 'Told', data: 'two\nlines', id: '1' })
  expect(await next()).toBe('event:Told\nid:1\ndata:"two\\nlines"\n\n')
  expect(vi.getTimerCount()).toBe(1)
  leaving.abort()
  await closed.promise
  expect(vi.getTimerCount()).toBe(0)
  server.close()
})
