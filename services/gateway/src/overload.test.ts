import { expect, it } from 'vitest'
import { bound } from './overload.ts'

it('refuses more when many are under way and the first is late, until one has passed on or has ended', () => {
  let now = 0
  const enter = bound(() => now)
  const refusal = expect.objectContaining({ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } }) as Error
  const leaveFirst = enter()
  now = 1
  const burst = Array.from({ length: 199 }, enter)
  now = 1_000
  enter()
  now = 1_001
  expect(enter).toThrow(refusal)
  leaveFirst()
  enter()
  now = 1_002
  for (const leave of burst.slice(0, 72)) leave()
  expect(enter).toThrow(refusal)
  burst.at(-1)?.()
  burst.at(-2)?.()
  enter()
})
