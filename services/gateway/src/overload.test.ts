import type { Request, Response } from 'express'
import { expect, it } from 'vitest'
import { refuseWhenBehind } from './overload.ts'

it('refuses what comes late in a long turn of the event loop, and nothing in the next one', async () => {
  let now = 0
  let passed = 0
  const handle = refuseWhenBehind(() => now)
  const come = () => handle({} as Request, {} as Response, () => passed++)
  come()
  now = 500
  come()
  now = 501
  expect(come).toThrow(expect.objectContaining({ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } }))
  await new Promise(setImmediate)
  come()
  expect(passed).toBe(3)
})
