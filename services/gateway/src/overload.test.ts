import { EventEmitter } from 'node:events'
import type { Request, Response } from 'express'
import { expect, it } from 'vitest'
import { bound } from './overload.ts'

it('refuses more when many are under way and the first is late, until one has passed on or has ended', () => {
  let now = 0
  const enter = bound(() => now)
  const come = () => {
    const [req, res] = [{} as Request, new EventEmitter() as unknown as Response]
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
