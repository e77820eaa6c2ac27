import { expect, it } from 'vitest'
import { bounded } from './bounded.ts'
import type { Answer } from './send.ts'

const request = { method: 'GET', path: '/orders', headers: {} }
const answer: Answer = { status: 200, headers: {}, body: Buffer.from('{}') }

it('refuses at once what is more than the limit, and takes the next when there is room again', async () => {
  const open: ((answer: Answer) => void)[] = []
  const service = bounded('order', { healthy: () => 1, send: () => new Promise((resolve) => open.push(resolve)) }, 2)
  const under = [service.send(request, 'always'), service.send(request, 'always')]
  await expect(service.send(request, 'always')).rejects.toMatchObject({ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } })
  open.shift()?.(answer)
  await under[0]
  const next = service.send(request, 'always')
  expect(open).toHaveLength(2)
  for (const resolve of open) resolve(answer)
  await expect(Promise.all([under[1], next])).resolves.toEqual([answer, answer])
})

it('passes on what goes wrong', async () => {
  const service = bounded('order', { healthy: () => 0, send: () => Promise.reject(new Error('broken')) }, 1)
  for (let i = 0; i < 3; i++) await expect(service.send(request, 'unsent')).rejects.toThrow('broken')
  expect(service.healthy()).toBe(0)
})
