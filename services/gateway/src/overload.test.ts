import { EventEmitter } from 'node:events'
import type { Request, Response } from 'express'
import { expect, it } from 'vitest'
import { bound } from './overload.ts'

it('refuses what is more than the limit, and takes the next when one has passed on or has ended', () => {
  let entered = 0
  const enter = bound(2)
  const come = () => {
    const [req, res] = [{} as Request, new EventEmitter() as unknown as Response]
    enter(req, res, () => entered++)
    return { req, res }
  }
  const refusal = expect.objectContaining({ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } }) as Error
  const [first, second] = [come(), come()]
  expect(come).toThrow(refusal)
  first.req.passOn?.()
  // Its end frees nothing more.
  first.res.emit('close')
  come()
  expect(come).toThrow(refusal)
  second.res.emit('close')
  come()
  expect(entered).toBe(4)
})
