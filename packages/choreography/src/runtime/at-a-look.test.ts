import { expect, it, vi } from 'vitest'
import { processSurroundings } from '../surroundings.ts'
import { atALook } from './at-a-look.ts'

/** Time that passes when the test says so. */
function clock() {
  let now = 0
  const tasks: { at: number; task: () => void }[] = []
  return {
    around: { ...processSurroundings, now: () => now, after: (ms: number, task: () => void) => void tasks.push({ at: now + ms, task }) },
    pass(ms: number) {
      now += ms
      for (const { task } of tasks.filter(({ at }) => at <= now)) task()
    },
  }
}

it('asks once for all who look together, and anew for the next', async () => {
  const { around, pass } = clock()
  const ask = vi.fn<() => number>().mockReturnValueOnce(12).mockReturnValueOnce(0)
  const look = atALook(around, ask)
  expect(await Promise.all([look(), look(), look()])).toEqual([12, 12, 12])
  pass(5_000)
  expect(await look()).toBe(0)
  expect(ask).toHaveBeenCalledTimes(2)
})

it('tells nothing old when there is no answer', async () => {
  const { around, pass } = clock()
  const ask = vi
    .fn<() => Promise<number>>()
    .mockResolvedValueOnce(12)
    .mockRejectedValueOnce(new Error('the database is away'))
    .mockResolvedValueOnce(0)
  const look = atALook(around, ask)
  expect(await look()).toBe(12)
  pass(5_000)
  await expect(look()).rejects.toThrow('away')
  pass(5_000)
  expect(await look()).toBe(0)
})

it('waits for no answer that hangs, and asks again', async () => {
  const { around, pass } = clock()
  const ask = vi
    .fn<() => Promise<number>>()
    .mockReturnValueOnce(new Promise(() => {}))
    .mockResolvedValueOnce(0)
  const look = atALook(around, ask)
  const hanging = look()
  pass(1_000)
  await expect(hanging).rejects.toThrow('no answer within 1000 ms')
  expect(await look()).toBe(0)
})
