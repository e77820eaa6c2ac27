import { EventEmitter } from 'node:events'
import type { Request, Response } from 'express'
import { expect, it } from 'vitest'
import { bound } from './overload.ts'

it('refuses more when many are under way and the first is late, until one has passed on or has ended', () => {
  let now = 0
  const enter = bound(() => now)
  const come = () => {
    const [req, res] = [{ socket: { destroyed: false } } as Request, new EventEmitter() as unknown as Response]
    enter(req, res, () => {})
    return { req, res }
  }
  const refusal = expect.objectContaining({ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } }) as Error
  const first = come()
  now = 1
  const burst = Array.from({ length: 199 }, come)
  now = 1_000
  come()
  now = 1_001
  expect(come).toThrow(refusal)
  first.req.passOn?.()
  come()
  now = 1_002
  for (const { res } of burst.slice(0, 72)) res.emit('close')
  expect(come).toThrow(refusal)
  burst.at(-1)?.res.emit('close')
  burst.at(-2)?.res.emit('close')
  come()
})

it('does not count whose client has gone, even if the answer never closes', () => {
  let now = 0
  const enter = bound(() => now)
  const come = (gone: boolean) => enter({ socket: { destroyed: gone } } as Request, new EventEmitter() as unknown as Response, () => {})
  for (let left = 200; left > 0; left--) come(true)
  now = 5_000
  for (let left = 128; left > 0; left--) come(false)
  now = 6_001
  expect(() => come(false)).toThrow('more to do than it can')
})
