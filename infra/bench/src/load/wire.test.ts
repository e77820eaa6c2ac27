import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { readAnswer, wire } from './wire.ts'

it('reads an answer that comes in pieces, and leaves what follows', () => {
  const whole = Buffer.from('HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{"a":"ä"}HTTP')
  expect(readAnswer(whole.subarray(0, 30))).toBeUndefined()
  expect(readAnswer(whole.subarray(0, 50))).toBeUndefined()
  expect(readAnswer(whole)).toEqual({ answer: { status: 201, body: { a: 'ä' } }, rest: Buffer.from('HTTP') })
})

it('posts over kept connections, many at once, and tells a lost one', async () => {
  const ports = new Set<number>()
  const server = createServer((req, res) => {
    ports.add(req.socket.remotePort ?? 0)
    let text = ''
    req.on('data', (chunk: Buffer) => (text += chunk.toString()))
    req.on('end', () => {
      if (text.includes('cut')) return res.destroy()
      const body = JSON.stringify({ path: req.url, auth: req.headers.authorization, sent: JSON.parse(text) })
      return res.writeHead(201, { 'content-length': Buffer.byteLength(body) }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { post, close } = wire(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    for (let round = 0; round < 3; round++)
      expect(await Promise.all([1, 2].map((n) => post('/orders', { n }, 'token')))).toEqual(
        [1, 2].map((n) => ({ status: 201, body: { path: '/api/v1/orders', auth: 'Bearer token', sent: { n } } })),
      )
    expect(ports.size).toBe(2)
    expect(await post('/orders', { cut: true }, undefined)).toMatchObject({ status: 0 })
    expect(await post('/orders', { n: 3 }, undefined)).toMatchObject({ status: 201 })
  } finally {
    close()
    server.closeAllConnections()
    server.close()
  }
})
